"""What people type about stations."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line
from core.language.formatting import in_chinese
from core.language.text import fold
from stations.network.models import Service, Station
from stations.network.queries import WEEKDAYS

INTERVAL = re.compile(r"([0-9]{1,2}:[0-9]{2})[-–—~至到]([0-9]{1,2}:[0-9]{2})")
Intervals = list[tuple[dt.time, dt.time]]


class HoursField(forms.CharField):
    """`08:00-12:00, 14:00-18:00` as a list of times; empty when closed."""

    def clean(self, value: str) -> Intervals:
        text = fold(super().clean(value) or "").replace("：", ":")
        parts = [part for part in re.split("[,，;；、]", text) if part]
        return [_interval(part) for part in parts]


def _interval(part: str) -> tuple[dt.time, dt.time]:
    found = INTERVAL.fullmatch(part)
    try:
        opens, closes = (dt.time.fromisoformat(clock.zfill(5)) for clock in found.groups()) if found else (None, None)
    except ValueError:
        opens = closes = None
    if opens is None or closes is None:
        raise ValidationError(_("Enter hours like 08:00-12:00, 14:00-18:00."))
    return opens, closes


def _reason(**kwargs: Any) -> forms.CharField:
    return Line(label=_("Reason"), max_length=200, **kwargs)


class ReasonForm(KeyedForm):
    """Why."""

    reason = _reason()


class ClosingForm(KeyedForm):
    """Until when, and why."""

    until = DayField(label=_("Expected to open again on"))
    reason = _reason(help_text=_("Villagers read this."))


class AskClosingForm(KeyedForm):
    """Why, and where the households go."""

    successor = forms.ChoiceField(label=_("Households go to"))
    reason = _reason()

    def __init__(self, stations: list[Station], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("successor", [(str(station.pk), f"{station.name} ({station.code})") for station in stations])


class ExceptionForm(KeyedForm):
    """One day that differs from the week."""

    date = DayField(label=_("Day"))
    hours = HoursField(label=_("Hours"), required=False, help_text=_("For example 08:00-12:00. Leave empty if closed."))
    reason = _reason(help_text=_("Villagers read this."))

    def clean_hours(self) -> tuple[dt.time, dt.time] | None:
        """One interval or none."""
        hours = self.cleaned_data["hours"]
        if len(hours) > 1:
            raise ValidationError(_("Enter one pair of times for this day."))
        return hours[0] if hours else None


class WeekForm(KeyedForm):
    """The hours of a week from a day on."""

    from_date = DayField(label=_("From this day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in WEEKDAYS.items():
            self.fields[f"day{weekday}"] = HoursField(label=name, required=False)

    @property
    def days(self) -> list[forms.BoundField]:
        """The seven fields, Monday first."""
        return [self[f"day{weekday}"] for weekday in WEEKDAYS]


class PauseForm(KeyedForm):
    """Which service, and why."""

    service = forms.ChoiceField(label=_("Service"))
    reason = _reason(help_text=_("Partners and villagers read this."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Service.objects.order_by("name").values_list("code", "name_zh" if in_chinese() else "name")
        self.offer("service", list(names))
