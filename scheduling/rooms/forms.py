"""What is typed and pressed for rooms; times are those of the room's wall."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.days import clock_in, day_in, instant_of
from core.forms import DayField, KeyedForm, Line
from scheduling.calendars.models import Resource
from scheduling.rooms.models import MOST_PEOPLE, RoomUse, name_of


class ClockField(forms.TimeField):
    """A time of the day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)


class PeriodForm(KeyedForm):
    """A day and two times of it, in the zone of the room."""

    date = DayField(label=_("Day"))
    opens = ClockField(label=_("From"))
    closes = ClockField(label=_("Until"))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def start_with(self, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        """Show a period to begin with."""
        self.initial.update(
            date=day_in(self.zone, starts_at),
            opens=clock_in(self.zone, starts_at),
            closes=clock_in(self.zone, ends_at),
        )

    @property
    def typed(self) -> dict[str, Any]:
        """The instants, and whatever else is typed."""
        typed = dict(super().typed)
        date, opens, closes = typed.pop("date"), typed.pop("opens"), typed.pop("closes")
        starts_at, ends_at = instant_of(self.zone, date, opens), instant_of(self.zone, date, closes)
        return typed | {"starts_at": starts_at, "ends_at": ends_at}


class BookForm(PeriodForm):
    """When a room is needed, what for, and for how many."""

    purpose = forms.ChoiceField(label=_("What for"), choices=RoomUse.Purpose, widget=forms.RadioSelect)
    people = forms.IntegerField(label=_("People expected"), min_value=1, max_value=MOST_PEOPLE)

    def __init__(self, *args: Any, date: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["date"] = date

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: the same press books once."""
        return super().typed | {"key": self.cleaned_data["key"]}


class ChangeForm(PeriodForm):
    """Another room of the station, or other hours."""

    room = forms.TypedChoiceField(label=_("Room"), coerce=UUID, widget=forms.RadioSelect)

    def __init__(self, *args: Any, rooms: Sequence[Resource], use: RoomUse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("room", [(str(each.pk), name_of(each)) for each in rooms])
        session = use.booking.session
        self.initial["room"] = str(session.resource_id)
        self.start_with(session.starts_at, session.ends_at)


class CloseForm(PeriodForm):
    """When a room cannot be used, on one day or until a later one, and why."""

    last_date = DayField(label=_("Last day, if it is closed longer"), required=False)
    reason = Line(label=_("Reason"), max_length=200)

    field_order = ("date", "opens", "last_date", "closes", "reason")

    @property
    def typed(self) -> dict[str, Any]:
        """The instants: until the time that is typed, of the last day."""
        typed = dict(super().typed)
        last_date = typed.pop("last_date", None)
        if last_date:
            typed["ends_at"] = instant_of(self.zone, last_date, self.cleaned_data["closes"])
        return typed


class ReasonForm(KeyedForm):
    """Why the other station does not get the room."""

    reason = Line(label=_("Reason"), max_length=200)


class RoomForm(KeyedForm):
    """A room that the station lends."""

    name = Line(label=_("Name of the room"), max_length=60)
