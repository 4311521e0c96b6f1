"""On which dates something recurs."""

import datetime as dt
from dataclasses import dataclass
from itertools import takewhile

from django.utils.translation import gettext_lazy as _

from core.days import months_later
from core.errors import Refused, refuses
from scheduling.bookings.models import FEWEST_OCCURRENCES, MOST_OCCURRENCES, Series
from scheduling.calendars.models.offerings import LONGEST_WINDOW_DAYS

#: So far ahead a series may reach.
FURTHEST = dt.timedelta(days=LONGEST_WINDOW_DAYS)


class TooManyOccurrences(Refused):
    """A series has 2 to 104 dates within 400 days."""

    code = "too_many_occurrences"
    status = 422
    message = _("A series has 2 to 104 dates, the last of them within 400 days.")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Every so many weeks or months from a first local date, at a local time; `count` times, or until a date."""

    first_date: dt.date
    clock: dt.time
    frequency: str = Series.Frequency.WEEKLY
    every_n: int = 1
    count: int | None = None
    until_date: dt.date | None = None

    def date_of(self, no: int) -> dt.date:
        """The date of an occurrence, 1 is the first. The 31st is the last day of a shorter month."""
        steps = (no - 1) * self.every_n
        if self.frequency == Series.Frequency.MONTHLY:
            return months_later(self.first_date, steps)
        return self.first_date + dt.timedelta(weeks=steps)


@refuses(TooManyOccurrences)
def dates_of(pattern: Pattern, *, today: dt.date) -> dict[int, dt.date]:
    """The dates by their numbers, calculated from the first one, never from the one before."""
    if pattern.until_date is not None:
        until = pattern.until_date
        numbered = ((no, pattern.date_of(no)) for no in range(1, MOST_OCCURRENCES + 2))
        dates = dict(takewhile(lambda each: each[1] <= until, numbered))
    else:
        asked = pattern.count or 0
        if asked > MOST_OCCURRENCES:
            raise TooManyOccurrences(field="count")
        dates = {no: pattern.date_of(no) for no in range(1, asked + 1)}
    if not FEWEST_OCCURRENCES <= len(dates) <= MOST_OCCURRENCES or max(dates.values()) > today + FURTHEST:
        raise TooManyOccurrences(field="count")
    return dates
