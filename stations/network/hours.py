"""When a station is open by its published hours: local intervals, read against the clock on its wall."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from core.days import day_in, instant_of

Interval = tuple[dt.time, dt.time]
#: How far ahead an opening is looked for.
LOOK_AHEAD_DAYS = 28
MINUTE = dt.timedelta(minutes=1)


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
            openings = [instant_of(self.zone, day, opens) for opens, _closes in self.on(day)]
            openings += self._reopenings(at, day)
            later = [opening for opening in openings if opening > at and self.open_at(opening)]
            if later:
                return min(later)
        return None

    def _reopenings(self, at: dt.datetime, day: dt.date) -> list[dt.datetime]:
        """The end of an hour that the clock is showing for the second time."""
        instant = at.replace(second=0, microsecond=0)
        if day != day_in(self.zone, at) or not instant.astimezone(ZoneInfo(self.zone)).fold:
            return []
        while instant.astimezone(ZoneInfo(self.zone)).fold:
            instant += MINUTE
        return [instant]


def interval_of(row: ExceptionRow) -> list[Interval]:
    """The hours of an exception: one interval, or none when closed."""
    return [] if row.opens is None or row.closes is None else [(row.opens, row.closes)]
