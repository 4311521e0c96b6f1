"""What is typed about doctors: when they are away, and their weekly clinics."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import KeyedForm
from scheduling.calendars.models import PartOfDay


class AwayReason(models.TextChoices):
    """Why a doctor is away, as the hospital keeps it; nobody outside reads it."""

    LEAVE = "leave", pgettext_lazy("a doctor is away", "on leave")
    ILL = "ill", pgettext_lazy("a doctor is away", "ill")
    TRAINING = "training", pgettext_lazy("a doctor is away", "in training")
    OTHER = "other", pgettext_lazy("a doctor is away", "another reason")


class AwayForm(KeyedForm):
    """From when to when a doctor is away."""

    first_date = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last_date = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason_code = forms.ChoiceField(label=_("Why?"), choices=AwayReason, widget=forms.RadioSelect)


class BackForm(KeyedForm):
    """Which of the recorded absences is over."""

    absence = forms.TypedChoiceField(label=_("Away"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, periods: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("absence", periods)
        if len(periods) == 1:
            self.fields["absence"].initial = periods[0][0]


class TimesForm(KeyedForm):
    """From when to when a clinic is, and for how many."""

    opens_at = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    closes_at = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))
    part_of_day = forms.ChoiceField(label=_("Part of the day"), choices=PartOfDay)
    capacity = forms.IntegerField(label=_("Numbers"), min_value=1, max_value=1000)

    def clean(self) -> dict[str, Any]:
        """The clinic ends after it begins."""
        typed = super().clean()
        opens, closes = typed.get("opens_at"), typed.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The clinic ends after it begins."))
        return typed


class ClinicForm(TimesForm):
    """One clinic on one day, besides the weekly ones."""

    on_date = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("key", "on_date")


class NumbersForm(KeyedForm):
    """How many numbers a clinic that is ahead has from now on."""

    slot = forms.TypedChoiceField(label=_("Which clinic?"), coerce=int)
    capacity = forms.IntegerField(label=_("Numbers"), min_value=1, max_value=1000)

    def __init__(self, *args: Any, clinics: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("slot", clinics)


class MoveClinicForm(KeyedForm):
    """Which clinic is held when instead; it keeps its length."""

    session = forms.TypedChoiceField(label=_("Which clinic?"), coerce=int)
    on_date = forms.DateField(label=_("New day"), widget=forms.DateInput(attrs={"type": "date"}))
    opens_at = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, clinics: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("session", clinics)


class HoursForm(TimesForm):
    """One weekly clinic that is added to those a doctor has."""

    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        coerce=int,
        choices=[
            (1, _("Monday")),
            (2, _("Tuesday")),
            (3, _("Wednesday")),
            (4, _("Thursday")),
            (5, _("Friday")),
            (6, _("Saturday")),
            (7, _("Sunday")),
        ],
    )
    field_order = ("key", "weekday")
