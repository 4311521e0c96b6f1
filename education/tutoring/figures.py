"""Tutoring in numbers, month by month: lessons, minutes, learners and what the county gave. Nobody is named."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from core.days import last_months
from core.language import formatting
from core.money import Money
from core.web.bars import Bars, count_bars
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.models.lessons import CONTESTED
from stations.accounts.models import User

READ_FIGURES = "education.read_tutoring_figures"
MONTHS = 12
#: A number of learners below this is not shown beyond the station.
SMALL = 10


@dataclass(frozen=True, slots=True)
class MonthNumbers:
    """A month of lessons in one currency. Learners are counted once a month; small numbers are hidden."""

    month: dt.date
    held: int
    minutes: int
    learners: str
    missed: int
    cancelled: int
    stipends: Money
    unfunded: Money


def _within(user: User, today: dt.date) -> QuerySet[TutoringSession]:
    """Lessons of the last twelve months with the tutors within reach."""
    since = last_months(today, MONTHS)[0]
    tutors = Tutor.objects.open_to(user, READ_FIGURES).values("pk")
    return TutoringSession.objects.filter(tutor__in=tutors, booking__session__local_date__gte=since)


def numbers_of(user: User, today: dt.date) -> list[MonthNumbers]:
    """Each month in which a lesson was held, missed or cancelled, the newest first; two statements."""
    ended = _within(user, today).filter(booking__status__in=["fulfilled", "noshow", "cancelled"])
    by_month = ended.annotate(month=TruncMonth("booking__session__local_date")).order_by()
    held = Q(booking__status="fulfilled") & ~CONTESTED
    rows = by_month.values("month", "currency").annotate(
        held=Count("pk", filter=held),
        minutes=Sum("minutes", filter=held),
        missed=Count("pk", filter=Q(booking__status="noshow")),
        cancelled=Count("pk", filter=Q(booking__status="cancelled")),
        stipends=Sum("stipend_minor", filter=Q(stipend_line__isnull=False)),
        unfunded=Sum("stipend_minor", filter=Q(is_unfunded=True)),
    )
    present = by_month.filter(held, learners__was_present=True).values("month", "currency")
    counted = {
        (row["month"], row["currency"]): row["people"]
        for row in present.annotate(people=Count("learners__learner", distinct=True))
    }
    return [_numbers(row, counted) for row in rows.order_by("-month", "currency")]


def unfunded_in(rows: Iterable[MonthNumbers]) -> list[Money]:
    """What waits for money, each currency for itself."""
    sums: dict[str, Money] = {}
    for row in rows:
        currency = row.unfunded.currency
        sums[currency] = sums.get(currency, Money(0, currency)) + row.unfunded
    return [each for each in sums.values() if each]


def held_by_month(rows: Iterable[MonthNumbers], today: dt.date) -> Bars:
    """How many lessons were held, by month."""
    counted: dict[dt.date, int] = {}
    for row in rows:
        counted[row.month] = counted.get(row.month, 0) + row.held
    return count_bars(
        {formatting.month(month): counted.get(month, 0) for month in last_months(today, MONTHS)},
        title=gettext("Tutoring lessons that took place"),
        period=gettext("Month"),
        counted=gettext("Lessons"),
        note=gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS},
    )


def _numbers(row: dict[str, Any], counted: dict[tuple[object, object], int]) -> MonthNumbers:
    learners, currency = counted.get((row["month"], row["currency"]), 0), str(row["currency"])
    return MonthNumbers(
        month=row["month"],
        held=row["held"],
        minutes=row["minutes"] or 0,
        learners=f"<{SMALL}" if 0 < learners < SMALL else f"{learners:,}",
        missed=row["missed"],
        cancelled=row["cancelled"],
        stipends=Money(row["stipends"] or 0, currency),
        unfunded=Money(row["unfunded"] or 0, currency),
    )
