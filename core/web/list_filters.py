"""What a list is narrowed to, as the address says it: a period, a state, a station, a choice of each kind, words."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Model, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.language import formatting

#: The tab of every state.
ALL = "all"


@dataclass(frozen=True, slots=True)
class State:
    """A tab of a list. `ever`: its rows are shown whatever their age, unless somebody chooses a period.

    `order` where it is another than that of the list, such as the oldest first of what waits.
    """

    key: str
    label: Any
    where: Q = field(default_factory=Q)
    ever: bool = False
    order: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice beside the period, such as the company: what can be chosen, and which rows that leaves."""

    name: str
    label: Any
    every: Any
    options: Callable[[], Iterable[tuple[str, Any]]]
    where: Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates, both included; none where rows of all times are meant."""

    since: dt.date | None = None
    until: dt.date | None = None
    is_chosen: bool = False

    @property
    def is_one_day(self) -> bool:
        """Whether the time of a row says when it was."""
        return self.since is not None and self.since == self.until

    @property
    def words(self) -> str:
        """As a sentence about the rows names it."""
        if self.since is None or self.until is None:
            return _("All times")
        if self.is_one_day:
            return _("Today") if self.since == timezone.localdate() else formatting.day(self.since)
        return formatting.span(self.since, self.until)

    def where(self, model: type[Model], column: str) -> Q:
        """The rows of these dates, by the zone of the reader where the column holds instants."""
        if self.since is None or self.until is None or not column:
            return Q()
        if isinstance(model._meta.get_field(column), DateTimeField):
            after = self.until + dt.timedelta(days=1)
            return Q(**{f"{column}__gte": _midnight(self.since), f"{column}__lt": _midnight(after)})
        return Q(**{f"{column}__gte": self.since, f"{column}__lte": self.until})


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=timezone.get_current_timezone())


def quick_periods(today: dt.date) -> list[tuple[Any, dt.date, dt.date]]:
    """The periods that take one press."""
    yesterday = today - dt.timedelta(days=1)
    return [
        (_("Today"), today, today),
        (_("Yesterday"), yesterday, yesterday),
        (_("Last 7 days"), today - dt.timedelta(days=6), today),
        (_("This month"), today.replace(day=1), today),
    ]


class ListForm(forms.Form):
    """The filters of one list; those that it does not have are left out."""

    use_required_attribute = False

    def __init__(
        self,
        data: Any,
        *,
        has_period: bool,
        has_places: bool,
        picks: Sequence[Pick],
        words: Any,
        longest: int,
        scanned: bool,
    ) -> None:
        super().__init__(data)
        self.longest = longest
        if has_period:
            for name, label in (("from", gettext_lazy("From day")), ("to", gettext_lazy("To day"))):
                self.fields[name] = _date(label)
        if has_places:
            self.fields["station"] = _words(gettext_lazy("Station"), 60)
        for pick in picks:
            self.fields[pick.name] = forms.ChoiceField(
                label=pick.label,
                required=False,
                choices=[("", pick.every), *((value, capfirst(label)) for value, label in pick.options())],
                widget=forms.Select(attrs={"class": "input"}),
            )
        if words:
            self.fields["q"] = _words(words, 80, scanned=scanned)

    def clean(self) -> dict[str, Any]:
        """Refuses a period that is too long: its sums would take minutes."""
        typed = super().clean() or {}
        since, until = typed.get("from"), typed.get("to")
        if since and until and abs((until - since).days) >= self.longest:
            words = _("Choose at most %(days)s days at a time.") % {"days": self.longest}
            raise ValidationError(words)
        return typed

    def period(self, default: Period) -> Period:
        """The period chosen; one date alone is that day, and two stand in whatever order."""
        typed = cast(dict[str, Any], getattr(self, "cleaned_data", {}))
        dates = sorted(date for date in (typed.get("from"), typed.get("to")) if date)
        return Period(dates[0], dates[-1], is_chosen=True) if dates else default


def _date(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"})
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


def _words(label: Any, longest: int, *, scanned: bool = False) -> forms.CharField:
    attrs = {"type": "search", "autocomplete": "off", "class": "input", "data-scan": scanned}
    return forms.CharField(label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=attrs))
