"""What the drawer holds and how its day stands."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from core.database.compiled_queries import compiled_query
from core.days import day_in
from core.money import Money, zero
from core.web.ranges import holds_on
from finance import chart
from finance.hooks import UNDECIDED
from finance.tills.models import CashCount, CashDay, Denomination
from ledger.models import Account
from stations.network.models import Station


@dataclass(frozen=True, slots=True)
class TillState:
    """The books' balance of a drawer, its open day, and whether a day of an earlier date was left open."""

    balance: Money
    day: CashDay | None
    closed_today: bool
    is_left_over: bool


def till_state(station: Station, *, at: dt.datetime) -> TillState:
    """The drawer of a station at this moment."""
    today = day_in(station.zone, at)
    days = list(
        CashDay.objects.filter(
            Q(business_date=today) | ~Q(status=CashDay.Status.CLOSED), station=station, currency=station.currency
        )
    )
    open_day = next((day for day in days if day.status != CashDay.Status.CLOSED), None)
    return TillState(
        balance=till_balance(station),
        day=open_day,
        closed_today=any(day.status == CashDay.Status.CLOSED for day in days),
        is_left_over=open_day is not None and open_day.business_date < today,
    )


def undecided_at(station: Station, at: dt.datetime | None = None) -> list[Any]:
    """The payments of a station whose end nobody knows, oldest first; they stand on the close sheet.

    With `at`, the instant at which the day was closed, those whose end was not known then.
    """
    return [row for rows in UNDECIDED for row in rows(station, at)]


def till_balance(station: Station) -> Money:
    """What the books say is in the drawer."""
    code = chart.till(station).code
    account = _open_account.first(code, station.currency)
    return account.posted if account else zero(station.currency)  # read just now; no entry of a till is queued


@compiled_query
def _open_account(code: Any, currency: Any) -> QuerySet[Account]:
    return Account.objects.filter(code=code, currency=currency, closed_at=None)


def is_near_ceiling(station: Station, *, ceiling_minor: int, warn_bp: int) -> bool:
    """Whether the drawer holds so much company cash that some should be brought to the county."""
    return till_balance(station).minor * 10_000 >= ceiling_minor * warn_bp


def denominations(currency: str, *, on: dt.date) -> list[Denomination]:
    """The notes and coins in circulation, largest first."""
    rows = Denomination.objects.filter(holds_on(on), currency=currency)
    return list(rows.order_by("-value_minor"))


def last_count(station: Station) -> CashCount | None:
    """The closing count of the last day that was closed."""
    counts = CashCount.objects.filter(
        cash_day__station=station,
        cash_day__currency=station.currency,
        cash_day__status=CashDay.Status.CLOSED,
        is_opening=False,
    )
    return counts.order_by("-counted_at", "-pk").select_related("cash_day", "counted_by").first()


def is_as_left(count: CashCount | None, held: Money) -> bool:
    """Whether the drawer holds, by the books, what the last close counted: then one press opens the day."""
    return (count.total if count else zero(held.currency)) == held
