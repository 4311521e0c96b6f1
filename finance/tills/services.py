"""The drawer: opened in the morning, counted blind in the evening, closed when it agrees with the books."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.days import clock_in, day_in
from core.db import lock
from core.errors import Refused
from core.history import record_change
from core.machines import Machine
from core.money import Money, zero
from finance import chart
from finance.tills.models import CashCount, CashCountLine, CashDay, Denomination
from finance.tills.queries import last_count
from ledger.queries import balance

#: Until this local time a day left open goes on; after it, the day must be counted before another opens.
LATEST_CLOSE = dt.time(4, 0)

CASH_DAY = Machine(
    name="cash day",
    states=CashDay.Status,
    arrows={
        # Counting again is allowed after a count that turned stale or differed: otherwise a day could never close.
        "count_cash": frozenset({CashDay.Status.OPEN, CashDay.Status.BALANCED, CashDay.Status.VARIANCE_PENDING}),
        "compare_count": frozenset({CashDay.Status.COUNTING}),
        "resume_day": frozenset({CashDay.Status.COUNTING, CashDay.Status.BALANCED, CashDay.Status.VARIANCE_PENDING}),
        "close_cash_day": frozenset({CashDay.Status.BALANCED}),
    },
)


class CashDayNotOpen(Refused):
    """Company cash moves only on an open cash day."""

    code = "cash_day_not_open"
    message = _("The cash day is not open. Open it first.")


class CashDayOpenElsewhere(Refused):
    """The drawer has one cash day at a time."""

    code = "cash_day_open_elsewhere"
    message = _("The cash day of %(date)s is already open.")


class PreviousDayNotClosed(Refused):
    """A day left open has to be counted and closed before the next begins."""

    code = "previous_day_not_closed"
    message = _("The cash day of %(date)s has not been closed. Count the till and close it first.")


class DayAlreadyClosed(Refused):
    """A closed day is final."""

    code = "cash_day_closed"
    message = _("The cash day of %(date)s is already closed.")


class OpeningDiffers(Refused):
    """The opening count is not what the books say the drawer holds."""

    code = "opening_differs"
    status = 422
    message = _("The books say the till holds %(expected)s, you counted %(counted)s. Count again before you open.")


class CountStale(Refused):
    """Cash moved after the count."""

    code = "count_stale"
    message = _("Money moved after you counted. Count again.")


class NotANote(Refused):
    """A counted value that is no note or coin of the currency."""

    code = "denomination_unknown"
    status = 400
    message = _("There is no note or coin of %(value)s.")


class VarianceOpen(Refused):
    """The count differs from the books."""

    code = "variance_open"
    message = _("You counted %(counted)s, the books say %(expected)s. Count again.")


@transaction.atomic
def open_cash_day(*, station: Any, lines: Mapping[int, int], by: Any, at: dt.datetime) -> CashDay:
    """Open the day with what is in the drawer; `lines` is pieces by value in minor units.

    Refused: `cash_day_open_elsewhere`, `previous_day_not_closed`, `cash_day_closed`, `denomination_unknown`,
    `opening_differs`.
    """
    station = lock(station)
    today = day_in(station.zone, at)
    _refuse_unless_free(station, today)
    till = _till(station, at)
    held = balance(till)
    counted = _total(lines, currency=station.currency, on=today)
    if counted != held.posted:
        raise OpeningDiffers(expected=held.posted.display(), counted=counted.display())
    day = CashDay.objects.create(
        station=station,
        currency=station.currency,
        business_date=today,
        opened_by=by,
        opened_at=at,
        opening_minor=counted.minor,
    )
    _store_count(day, lines, total=counted, version=held.version, by=by, at=at, is_opening=True)
    record_change(day, old="", new=day.status, at=at, actor=by.pk)
    return day


def open_as_left(*, station: Any, by: Any, at: dt.datetime) -> CashDay:
    """Open the day with what was counted at the last close: one press. Refused as `open_cash_day`."""
    count = last_count(station)
    lines = {line.value_minor: line.pieces for line in count.lines.all()} if count else {}
    return open_cash_day(station=station, lines=lines, by=by, at=at)


@transaction.atomic
def count_cash(*, cash_day: CashDay, lines: Mapping[int, int], by: Any, at: dt.datetime) -> CashDay:
    """Store a blind count and compare it with the books. Refused: `denomination_unknown`, `wrong_state`."""
    cash_day = lock(cash_day)
    CASH_DAY.check("count_cash", cash_day.status)
    counted = _total(lines, currency=cash_day.currency, on=cash_day.business_date)
    till = balance(_till(cash_day.station, at))
    _store_count(cash_day, lines, total=counted, version=till.version, by=by, at=at, is_opening=False)
    return _compare(cash_day, counted=counted, till=till, by=by, at=at)


@transaction.atomic
def resume_day(*, cash_day: CashDay, by: Any, at: dt.datetime) -> CashDay:
    """Put a count aside and go on selling."""
    cash_day = lock(cash_day)
    CASH_DAY.check("resume_day", cash_day.status)
    before = cash_day.status
    cash_day.status = CashDay.Status.OPEN
    cash_day.counted_minor = cash_day.expected_minor = cash_day.over_short_minor = cash_day.till_version = None
    _save(cash_day)
    record_change(cash_day, old=before, new=cash_day.status, at=at, actor=by.pk)
    return cash_day


@transaction.atomic
def close_cash_day(*, cash_day: CashDay, by: Any, at: dt.datetime) -> CashDay:
    """Close a day whose count agrees with the books. Refused: `count_stale`, `variance_open`, `cash_day_closed`."""
    cash_day = lock(cash_day)
    if cash_day.status == CashDay.Status.CLOSED:
        raise DayAlreadyClosed(date=cash_day.business_date.isoformat())
    if cash_day.status == CashDay.Status.VARIANCE_PENDING:
        raise VarianceOpen(
            counted=Money(cash_day.counted_minor, cash_day.currency).display(),
            expected=Money(cash_day.expected_minor, cash_day.currency).display(),
        )
    CASH_DAY.check("close_cash_day", cash_day.status)
    if balance(_till(cash_day.station, at)).version != cash_day.till_version:
        raise CountStale
    before = cash_day.status
    cash_day.settled_version = cash_day.till_version
    cash_day.status, cash_day.closed_by, cash_day.closed_at = CashDay.Status.CLOSED, by, at
    _save(cash_day)
    record_change(cash_day, old=before, new=cash_day.status, at=at, actor=by.pk)
    return cash_day


def take_turn(*, station: Any, at: dt.datetime) -> CashDay:
    """The open cash day of a station, held until the transaction ends: sales and counts take turns on the drawer.

    Refused: `cash_day_not_open` (also when a day was left open past 04:00).
    """
    day = (
        CashDay.objects.filter(station=station, currency=station.currency)
        .unclosed()
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
    if day is None or _is_left_over(day, station, at):
        raise CashDayNotOpen
    return day


def _refuse_unless_free(station: Any, today: dt.date) -> None:
    for day in CashDay.objects.filter(
        Q(business_date=today) | ~Q(status=CashDay.Status.CLOSED), station=station, currency=station.currency
    ):
        if day.status == CashDay.Status.CLOSED:
            raise DayAlreadyClosed(date=day.business_date.isoformat())
        if day.business_date < today:
            raise PreviousDayNotClosed(date=day.business_date.isoformat())
        raise CashDayOpenElsewhere(date=day.business_date.isoformat())


def _is_left_over(day: CashDay, station: Any, at: dt.datetime) -> bool:
    age = day_in(station.zone, at) - day.business_date
    return age > dt.timedelta(days=1) or (age == dt.timedelta(days=1) and clock_in(station.zone, at) >= LATEST_CLOSE)


def _till(station: Any, at: dt.datetime) -> Any:
    return chart.open_one(chart.till(station), country=station.county.country, currency=station.currency, at=at)


def _total(lines: Mapping[int, int], *, currency: str, on: dt.date) -> Money:
    known = set(
        Denomination.objects.filter(
            Q(to_date__gt=on) | Q(to_date=None), currency=currency, from_date__lte=on
        ).values_list("value_minor", flat=True)
    )
    total = zero(currency)
    for value, pieces in lines.items():
        if value not in known:
            raise NotANote(field="lines", value=str(Money(value, currency)))
        total += Money(value * pieces, currency)
    return total


def _store_count(
    day: CashDay, lines: Mapping[int, int], *, total: Money, version: int, by: Any, at: dt.datetime, is_opening: bool
) -> None:
    count = CashCount.objects.create(
        cash_day=day,
        counted_by=by,
        counted_at=at,
        till_version=version,
        total_minor=total.minor,
        is_opening=is_opening,
    )
    CashCountLine.objects.bulk_create(
        CashCountLine(count=count, value_minor=value, pieces=pieces) for value, pieces in lines.items() if pieces
    )


def _compare(day: CashDay, *, counted: Money, till: Any, by: Any, at: dt.datetime) -> CashDay:
    before = day.status
    day.counted_minor, day.expected_minor, day.till_version = counted.minor, till.posted.minor, till.version
    day.over_short_minor = (counted - till.posted).minor
    day.status = CashDay.Status.VARIANCE_PENDING if day.over_short_minor else CashDay.Status.BALANCED
    _save(day)
    record_change(day, old=before, new=CashDay.Status.COUNTING, at=at, actor=by.pk)
    record_change(day, old=CashDay.Status.COUNTING, new=day.status, at=at)
    return day


def _save(day: CashDay) -> None:
    day.save(
        update_fields=[
            "status",
            "counted_minor",
            "expected_minor",
            "over_short_minor",
            "till_version",
            "settled_version",
            "closed_by",
            "closed_at",
            "updated_at",
        ]
    )
