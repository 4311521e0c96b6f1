"""What is typed and pressed for tutoring."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, MoneyField, Words
from core.money import Money
from education.hotlines.forms import WEEKDAYS
from education.subjects import Subject
from education.tutoring.display import time_words
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.models.lessons import MOST_LEARNERS
from education.tutoring.models.tutors import LONGEST_LESSON, MOST_PER_DAY, MOST_PER_WEEK, SHORTEST_LESSON
from education.tutoring.services import Side
from scheduling.bookings.models import FEWEST_OCCURRENCES
from scheduling.bookings.services import Scope, SeriesReport

MOST_WEEKS = 26
LEAVE_OUT = "no"
#: The field of a date by its number, and more letters than all the dates of a series have.
FIELD, LONGEST_DATES = re.compile(r"d([0-9]{1,2})"), 2_000


class TutorForm(KeyedForm):
    """What a tutor teaches, how much, and for which rate."""

    subjects = forms.MultipleChoiceField(
        label=_("Subjects"), choices=Subject.choices, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Tutor.Language.choices, initial=["zh"], widget=forms.CheckboxSelectMultiple
    )
    max_per_day = forms.IntegerField(
        label=_("Lessons a day at most"), min_value=1, max_value=MOST_PER_DAY, initial=MOST_PER_DAY
    )
    max_per_week = forms.IntegerField(
        label=_("Lessons a week at most"), min_value=1, max_value=MOST_PER_WEEK, initial=MOST_PER_WEEK
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["rate"] = MoneyField(
            currency,
            label=_("Rate for an hour"),
            required=False,
            least=Money(1, currency),
            help_text=_("Empty: the tutor teaches for nothing."),
        )

    @property
    def typed(self) -> dict[str, Any]:
        """With the rate in minor units."""
        typed = {**super().typed}
        rate = typed.pop("rate")
        return {**typed, "rate_minor": rate.minor if rate else None}


class NewTutorForm(TutorForm):
    """Who tutors."""

    person = forms.ChoiceField(
        label=_("Tutor"), help_text=_("Those whose checks are valid today and who sign in as a teacher.")
    )
    field_order = ("person",)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("person", people)


class HoursForm(KeyedForm):
    """Free hours of each week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    opens_at = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes_at = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(
        label=_("Minutes of a lesson"), min_value=SHORTEST_LESSON, max_value=LONGEST_LESSON, initial=45
    )


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)


class _LessonForm(KeyedForm):
    """What is taught, how, and who learns along."""

    mode = forms.ChoiceField(
        label=_("How it is taught"),
        choices=TutoringSession.Mode.choices,
        initial=TutoringSession.Mode.REMOTE,
        widget=forms.RadioSelect,
    )
    topic = Line(label=_("Topic"), max_length=80, required=False)
    others = forms.MultipleChoiceField(
        label=_("Who learns along"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Up to four more learners of this station."),
    )

    def __init__(self, *args: Any, companions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if companions:
            self.offer("others", companions)
        else:
            del self.fields["others"]

    def clean_others(self) -> list[UUID]:
        """Their ids, at most four."""
        chosen = [UUID(each) for each in self.cleaned_data["others"]]
        if len(chosen) >= MOST_LEARNERS:
            raise forms.ValidationError(_("At most four more learners."))
        return chosen

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: the same press books once."""
        return {"others": [], **self.cleaned_data}


class TimeField(forms.ChoiceField):
    """One of the offered times. What is taken since is the service's to refuse, or to answer to the same key."""

    widget = forms.RadioSelect

    def valid_value(self, value: Any) -> bool:
        """Whether it is an instant."""
        return _instant(str(value)) is not None


class BookForm(_LessonForm):
    """One lesson."""

    starts_at = TimeField(label=_("When"))
    field_order = ("starts_at",)

    def __init__(self, *args: Any, times: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("starts_at", times)

    def clean_starts_at(self) -> dt.datetime:
        """The instant."""
        return dt.datetime.fromisoformat(self.cleaned_data["starts_at"])


class WeeklyForm(forms.Form):
    """From which lesson on, and how many times: every week at the same time."""

    tutor = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.ChoiceField(choices=Subject.choices, widget=forms.HiddenInput)
    first = TimeField(label=_("First lesson"))
    count = forms.IntegerField(
        label=_("How many weeks?"), min_value=FEWEST_OCCURRENCES, max_value=MOST_WEEKS, initial=12
    )

    def __init__(self, *args: Any, times: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].choices = list(times)  # type: ignore[attr-defined]
        if times:
            self.initial.setdefault("first", times[0][0])


class DatesForm(_LessonForm):
    """A field for each date that can be booked: a tick where it is free, other times where it is not.

    `shown` keeps the instants that the page showed: a date that was taken meanwhile is refused, not left out.
    """

    shown = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_DATES, required=False)

    def __init__(self, *args: Any, report: SeriesReport | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: list[dict[str, Any]] = []
        if report is not None:
            self._offer_dates(report)

    def _offer_dates(self, report: SeriesReport) -> None:
        zone = report.resource.zone
        self.initial["shown"] = ",".join(f"{each.no}@{each.starts_at.isoformat()}" for each in report.free)
        for each in report.occurrences:
            name, day = f"d{each.no}", time_words(zone, each.starts_at)
            if each.is_free:
                self.fields[name] = forms.BooleanField(label=day, required=False, initial=True, help_text=each.words)
            elif each.alternatives:
                others = [(one.isoformat(), time_words(zone, one)) for one in each.alternatives]
                self.fields[name] = forms.ChoiceField(
                    label=day,
                    help_text=each.words,
                    choices=[(LEAVE_OUT, _("Leave this date out")), *others],
                    initial=LEAVE_OUT,
                    widget=forms.RadioSelect,
                )
            bound = self[name] if name in self.fields else None
            self.lines.append({"bound": bound, "day": day, "words": each.words})

    def clean_shown(self) -> dict[int, dt.datetime]:
        """Number and instant of each free date, as the page wrote them."""
        pairs = [each.split("@") for each in self.cleaned_data["shown"].split(",") if each]
        try:
            found = {int(no): dt.datetime.fromisoformat(starts_at) for no, starts_at in pairs}
        except ValueError as error:
            raise forms.ValidationError(_("Look at the dates again.")) from error
        if any(each.tzinfo is None for each in found.values()):
            raise forms.ValidationError(_("Look at the dates again."))
        return found

    @property
    def chosen(self) -> dict[int, dt.datetime]:
        """What was ticked, by number, and the other times that were taken instead."""
        shown, found = self.cleaned_data["shown"], {}
        for name, value in self.data.items():
            match = FIELD.fullmatch(name)
            if match is None or value == LEAVE_OUT:
                continue
            no = int(match[1])
            if value == "on" and no in shown:
                found[no] = shown[no]
            elif value != "on" and (instant := _instant(value)):
                found[no] = instant
        return found

    @property
    def typed(self) -> dict[str, Any]:
        """The dates, what is taught, and the key."""
        names = ("mode", "topic", "key")
        others = self.cleaned_data.get("others", [])
        return {"chosen": self.chosen, "others": others, **{name: self.cleaned_data[name] for name in names}}


def _instant(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


class StartForm(KeyedForm):
    """Who is in the room."""

    adult = forms.ChoiceField(label=_("Adult present"), help_text=_("Someone of the station or a guardian."))

    def __init__(self, *args: Any, adults: Sequence[tuple[str, str]], first: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("adult", adults)
        self.initial["adult"] = first


class FinishForm(KeyedForm):
    """Who was there, and what was learnt."""

    present_learners = forms.MultipleChoiceField(
        label=_("Who was there"), required=False, widget=forms.CheckboxSelectMultiple
    )
    notes = Words(label=_("What was learnt"), max_length=1000, required=False)

    def __init__(self, *args: Any, learners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("present_learners", learners)
        self.initial["present_learners"] = [pk for pk, _name in learners]

    def clean_present_learners(self) -> list[UUID]:
        """Their ids."""
        return [UUID(each) for each in self.cleaned_data["present_learners"]]


class MissForm(KeyedForm):
    """Who did not come."""

    missing = forms.ChoiceField(
        label=_("Who was missing?"), choices=TutoringSession.Missing.choices, widget=forms.RadioSelect
    )


class CancelForm(KeyedForm):
    """Which lessons, on whose side the reason lies, and the reason."""

    scope = forms.ChoiceField(
        label=_("Which lessons?"), choices=Scope.choices, initial=Scope.THIS, widget=forms.RadioSelect
    )
    side = forms.ChoiceField(label=_("Who cancels?"), choices=Side.choices, widget=forms.RadioSelect)
    reason = Line(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, is_series: bool, is_tutor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_series:
            self.fields["scope"] = forms.CharField(initial=Scope.THIS, widget=forms.HiddenInput)
        if is_tutor:
            self.fields["side"] = forms.CharField(initial=Side.TUTOR, widget=forms.HiddenInput)


class DecideForm(KeyedForm):
    """Whether it took place, and how that is known."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=TutoringSession.Decision.choices, widget=forms.RadioSelect
    )
    reason = Line(label=_("Reason"), max_length=200)


class ContestForm(KeyedForm):
    """What was different."""

    reason = Line(label=_("What was different?"), max_length=200)
