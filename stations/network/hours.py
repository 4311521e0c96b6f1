"""When a station is open by its published hours: local intervals, read against the clock on its wall."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from core.days import day_in, instant_of, shown_again

Interval = tuple[dt.time, dt.time]
Span = tuple[dt.datetime, dt.datetime]
#: How far ahead an opening is looked for.
LOOK_AHEAD_DAYS = 28


class HoursRow(Protocol):
    """A row of `OpeningHours`."""

    weekday: int
    opens: dt.time
    closes: dt.time
    from_date: dt.date
    to_date: dt.date | None


class ExceptionRow(Protocol):
    """A row of `OpeningException`."""

    date: dt.date
    opens: dt.time | None
    closes: dt.time | None


@dataclass(frozen=True)
class PublishedHours:
    """A week with its dates of validity, and the dates that differ; intervals are `[opens, closes)`, local.

    An hour that the clock skips is closed; of an hour that it shows twice only the first is open.
    """

    zone: str
    week: dict[int, list[HoursRow]]
    exceptions: dict[dt.date, list[Interval]]

    @classmethod
    def of(cls, zone: str, hours: Iterable[HoursRow], exceptions: Iterable[ExceptionRow]) -> Self:
        """From the rows of one station."""
        week: dict[int, list[HoursRow]] = defaultdict(list)
        for row in hours:
            week[row.weekday].append(row)
        return cls(zone, week, {row.date: interval_of(row) for row in exceptions})

    def on(self, date: dt.date) -> list[Interval]:
        """The intervals of a date in order; exceptions beat the week."""
        if date in self.exceptions:
            return self.exceptions[date]
        return sorted(
            (row.opens, row.closes)
            for row in self.week.get(date.isoweekday(), ())
            if row.from_date <= date and (row.to_date is None or date < row.to_date)
        )

    def spans_on(self, date: dt.date) -> list[Span]:
        """The same as instants `[from, to)`, in order: as long as they last, also when the clock changes."""
        spans: list[Span] = []
        for opens, closes in self.on(date):
            begins, ends = instant_of(self.zone, date, opens), instant_of(self.zone, date, closes)
            again = shown_again(self.zone, begins, ends)
            spans += [(begins, again[0]), (again[1], ends)] if again else [(begins, ends)]
        return [(begins, ends) for begins, ends in spans if begins < ends]

    def open_at(self, at: dt.datetime) -> bool:
        """Whether the published hours say open at this instant."""
        wall = at.astimezone(ZoneInfo(self.zone))
        if wall.fold:
            return False
        return any(opens <= wall.time() < closes for opens, closes in self.on(wall.date()))

    def opens_next_at(self, at: dt.datetime) -> dt.datetime | None:
        """The next instant after this one at which it opens, within four weeks."""
        today = day_in(self.zone, at)
        for day in (today + dt.timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS + 1)):
            later = [begins for begins, _ends in self.spans_on(day) if begins > at]
            if later:
                return min(later)
        return None


def interval_of(row: ExceptionRow) -> list[Interval]:
    """The hours of an exception: one interval, or none when closed."""
    return [] if row.opens is None or row.closes is None else [(row.opens, row.closes)]
