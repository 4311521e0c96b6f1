"""What is typed and pressed for calls home."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line
from education.hotlines.models import Booth, CallAttempt, CallContact
from education.hotlines.zones import PLACES

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]


class BookForm(KeyedForm):
    """Whom the child calls, and when."""

    contact = forms.ChoiceField(label=_("Whom to call"), widget=forms.RadioSelect)
    starts_at = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, contacts: Sequence[tuple[str, str]], times: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("contact", contacts)
        self.offer("starts_at", times)
        if len(contacts) == 1:
            self.initial["contact"] = contacts[0][0]

    def clean_starts_at(self) -> dt.datetime:
        """The instant."""
        return dt.datetime.fromisoformat(self.cleaned_data["starts_at"])

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: the same press books once."""
        return self.cleaned_data


class ContactForm(KeyedForm):
    """Somebody whom the child may call; the number was tried."""

    name = Line(label=_("Name"), max_length=60)
    relation = forms.ChoiceField(label=_("Relation"), choices=CallContact.Relation, widget=forms.RadioSelect)
    phone = Line(label=_("Phone"), help_text=_("A number abroad begins with + and the country."), max_length=24)
    zone = forms.ChoiceField(label=_("Where they work"), choices=())
    verified = forms.BooleanField(label=_("I called this number and spoke to them."))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("zone", {zone: zone, **PLACES}.items())
        self.initial["zone"] = zone

    @property
    def typed(self) -> dict[str, Any]:
        """Without the tick."""
        return {name: value for name, value in super().typed.items() if name != "verified"}


class RemoveForm(KeyedForm):
    """Who is taken off the list."""

    contact = forms.ChoiceField(label=_("Whom to remove"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, contacts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("contact", contacts)


class DialForm(KeyedForm):
    """What came of it."""

    result = forms.ChoiceField(label=_("What happened?"), choices=CallAttempt.Result, widget=forms.RadioSelect)


class CancelForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)


class BoothForm(KeyedForm):
    """A booth and its hours."""

    name = Line(label=_("Name of the booth"), max_length=60)
    minutes = forms.TypedChoiceField(
        label=_("How long a call is"), choices=Booth.Minutes, coerce=int, initial=30, widget=forms.RadioSelect
    )
    opens_at = forms.TimeField(label=_("Open from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes_at = forms.TimeField(label=_("Open until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
