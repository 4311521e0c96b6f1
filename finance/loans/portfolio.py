"""The portfolio of lenders as the last close of each book left it: what is lent, at risk and set aside."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum, Value
from django.db.models.functions import Least, TruncQuarter

from core.money import Money
from finance.loans.models import LoanAdjustment, LoanClass, LoanReceipt, PortfolioDay
from finance.loans.models.portfolio import READ
from stations.accounts.models import User

PARTS = ("loans", "gross", "par1", "par30", "par60", "par90", "restructured", "provision")
SUMS = {part: Sum(part if part == "loans" else f"{part}_minor") for part in PARTS}
#: How far back the picture goes.
DAYS = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Loans that stand together, of one currency; amounts in minor units."""

    currency: str
    loans: int
    gross: int
    par1: int
    par30: int
    par60: int
    par90: int
    restructured: int
    provision: int

    def amount(self, part: str) -> Money:
        """One of its sums."""
        return Money(getattr(self, part), self.currency)

    def share_bp(self, part: str) -> int:
        """A part of the principal left in hundredths of a percent, half up; nothing lent is nothing at risk."""
        return (2 * getattr(self, part) * 10_000 + self.gross) // (2 * self.gross) if self.gross else 0


@dataclass(frozen=True, slots=True)
class Cohort:
    """Loans of one currency that were paid out in one quarter: how many were written off, of how much (principal,
    interest and penalties), and what came in since; minor units.
    """

    currency: str
    quarter: dt.date
    loans: int
    written_off: int
    recovered: int

    def amount(self, part: str) -> Money:
        """One of its sums."""
        return Money(getattr(self, part), self.currency)


@dataclass(frozen=True, slots=True)
class Board:
    """All books within reach of one currency: together, by class, and the newest date that was closed.

    `cohorts` are those of which loans were written off, the newest quarter first.
    """

    date: dt.date
    whole: Portfolio
    classes: list[tuple[LoanClass, Portfolio]]
    cohorts: list[Cohort]

    def given_up(self, part: str) -> Money:
        """What was written off, or recovered since, over all cohorts."""
        return Money(sum(getattr(each, part) for each in self.cohorts), self.whole.currency)


def boards_of(user: User, *, county: str = "", on: dt.date | None = None) -> list[Board]:
    """How the books within reach stand, by currency: at their last close, or at the last one up to a date.

    A book of which nothing was lent by then has no row of that day, and no part.
    """
    closed = Least(F("book__last_closed_date"), Value(on or dt.date.max))
    last = _within(user, county).annotate(closed=closed).filter(business_date=F("closed")).order_by()
    rows = list(last.values_list("currency", "class_code").annotate(Max("business_date"), **SUMS))
    found: dict[str, list[tuple[str, dt.date, Portfolio]]] = {}
    for currency, code, date, *sums in rows:
        found.setdefault(currency, []).append((code, date, Portfolio(currency, *sums)))
    cohorts = cohorts_of(user, county=county, on=on)
    boards = [_board(parts, [each for each in cohorts if each.currency == code]) for code, parts in found.items()]
    return sorted(boards, key=lambda board: (-board.whole.loans, board.whole.currency))


def cohorts_of(user: User, *, county: str = "", on: dt.date | None = None) -> list[Cohort]:
    """What was written off up to a date and recovered since, by currency and quarter of the pay-out."""
    until = on or dt.date.max
    done = LoanAdjustment.objects.open_to(user, READ).filter(
        kind=LoanAdjustment.Kind.WRITE_OFF,
        status=LoanAdjustment.Status.DONE,
        business_date__lte=until,
        loan__book__county__code__startswith=county,
    )
    came_in = LoanReceipt.objects.open_to(user, READ).standing()
    recovered = came_in.filter(
        kind=LoanReceipt.Kind.RECOVERY, value_date__lte=until, loan__book__county__code__startswith=county
    )
    back = {
        (currency, quarter): minor
        for currency, quarter, minor in _by_quarter(recovered).annotate(minor=Sum("amount_minor"))
    }
    given_up = F("principal_minor") + F("interest_minor") + F("penalty_minor")
    rows = _by_quarter(done).annotate(loans=Count("pk"), minor=Sum(given_up)).order_by("-quarter")
    return [
        Cohort(currency, quarter, loans, minor, back.get((currency, quarter), 0))
        for currency, quarter, loans, minor in rows
    ]


def _by_quarter(rows: Any) -> Any:
    """Currency and quarter of the pay-out, for sums."""
    dated = rows.annotate(quarter=TruncQuarter("loan__disbursed_on_date")).order_by()
    return dated.values_list("loan__currency", "quarter")


def history_of(user: User, currency: str, *, until: dt.date) -> list[tuple[dt.date, Portfolio]]:
    """Each closed day of the last three months, all books of a currency together, the oldest first."""
    days = _within(user, "").filter(currency=currency, business_date__gt=until - DAYS, business_date__lte=until)
    rows = days.order_by("business_date").values_list("business_date").annotate(**SUMS)
    return [(date, Portfolio(currency, *sums)) for date, *sums in rows]


def _within(user: User, county: str) -> QuerySet[PortfolioDay]:
    reached = PortfolioDay.objects.open_to(user, READ)
    return reached.filter(book__county__code__startswith=county) if county else reached


def _board(parts: Iterable[tuple[str, dt.date, Portfolio]], cohorts: list[Cohort]) -> Board:
    rows = list(parts)
    currency = rows[0][2].currency
    whole = Portfolio(currency, *(sum(getattr(row[2], part) for row in rows) for part in PARTS))
    by_code = {code: portfolio for code, _date, portfolio in rows}
    classes = [(code, by_code[code]) for code in LoanClass if code in by_code]
    return Board(max(date for _code, date, _portfolio in rows), whole, classes, cohorts)
