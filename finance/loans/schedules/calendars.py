"""When rows end, and on which day they are due."""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.countries import USUAL_WEEKEND
from finance.loans.schedules.refusals import TermsMalformed
from finance.loans.schedules.terms import Period, Terms

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official working days of a country: what differs from the week, and the last year that is announced.

    `weekend` are the days of the week on which people there rest, as `date.isoweekday` counts them.
    """

    differing: Mapping[dt.date, bool] = field(default_factory=dict)
    last_year: int = 0
    weekend: frozenset[int] = USUAL_WEEKEND

    def is_working(self, date: dt.date) -> bool:
        """Whether people work on this day; what is not listed follows the week."""
        return self.differing.get(date, date.isoweekday() not in self.weekend)


def after(anchor: dt.date, every: Period, periods: int) -> dt.date:
    """So many periods after the anchor: months keep its day of the month, or take the last day that the month has."""
    if every.unit != "month":
        return anchor + every.days * periods * DAY
    months = anchor.year * 12 + anchor.month - 1 + every.count * periods
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


def ends_of(terms: Terms) -> tuple[dt.date, list[dt.date]]:
    """The end of the period before the first row, and the end of each row.

    The anchor stays where earlier rows have passed, and with it the day of the month.
    """
    if terms.first_due_on is None:
        anchor, first = terms.schedule_start, 0
    else:
        anchor, first = terms.first_due_on, -1
    first += terms.rows_passed
    ends = [after(anchor, terms.every, first + i) for i in range(terms.installments + 1)]
    if ends[1] <= terms.starts_on:
        raise TermsMalformed(field="disbursed_on", term="disbursed_on is after the first row")
    return ends[0], ends[1:]


def due_on(end: dt.date, rule: str, days: Calendar) -> dt.date:
    """The day to pay: the end of the row, moved to the next weekday or working day where the contract says so."""
    due = end
    if rule == "following_weekday":
        while due.isoweekday() in days.weekend:
            due += DAY
    elif rule == "following_business_day":
        while not days.is_working(due):
            due += DAY
    return due
