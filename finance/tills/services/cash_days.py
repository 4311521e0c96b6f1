"""The day of a drawer: opened in the morning, counted blind in the evening, closed with whatever was counted."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.money import Money
from core.state_machines import Machine
from finance.tills.models import CashDay, OverShort
from finance.tills.queries import last_count
from finance.tills.services.books import till_of
from finance.tills.services.counting import CountStale, NotANote, last_count_of, store_count, total_of
from finance.tills.services.custody import NotOfThisStation, end_custody, start_custody
from finance.tills.services.differences import found_difference
from finance.tills.services.drawers import NotYourDrawer, refuse_foreign_drawer
from finance.tills.services.reminders import plan_reminder
from ledger.models import Account
from ledger.queries import balance
from stations.accounts.models import User
from stations.network.models import Station

_S = CashDay.Status
COUNTED = frozenset({_S.BALANCED, _S.VARIANCE_PENDING})
CASH_DAY = Machine(
    name="cash day",
    states=CashDay.Status,
    arrows={
        # Counting again is allowed after a count that turned stale or differed: otherwise a day could never close.
        "count_cash": frozenset({_S.OPEN, *COUNTED}),
        "resume_day": frozenset({_S.COUNTING, *COUNTED}),
        "hand_over_till": COUNTED,
        "close_cash_day": COUNTED,
    },
)


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
    """Nobody has counted, and the books do not say what the last close counted."""

    code = "opening_differs"
    status = 422
    message = _("The book balance is %(expected)s; %(counted)s was left in the till. Count it and open the day.")


@refuses(NotYourDrawer, DayAlreadyClosed, PreviousDayNotClosed, CashDayOpenElsewhere, NotANote)
@transaction.atomic
def open_cash_day(*, station: Station, lines: Mapping[int, int], by: User, at: dt.datetime) -> CashDay:
    """Open the day with what is in the drawer; `lines` is pieces by value in minor units.

    Where it differs from the books, the difference is posted before any sale; it is the station's, because nobody held
    the till overnight.
    """
    refuse_foreign_drawer(station, "finance.open_cash_day", by)
    station = lock(station)
    today = day_in(station.zone, at)
    _refuse_unless_free(station, today)
    till = till_of(station, at)
    held = balance(till)
    counted = total_of(lines, currency=station.currency, on=today)
    day = CashDay.objects.create(
        station=station,
        currency=station.currency,
        business_date=today,
        opened_by=by,
        opened_at=at,
        opening_minor=counted.minor,
    )
    record_change(day, old="", new=day.status, at=at, actor=by.pk)
    store_count(day, lines, total=counted, version=held.version, by=by, at=at, is_opening=True)
    start_custody(day, holder=by, at=at)
    if difference := counted - held.posted:
        _found(day, OverShort.Found.OPENING, till, difference, holder=None, by=by, at=at)
    plan_reminder(day, at=at)
    return day


@refuses(OpeningDiffers, NotYourDrawer, DayAlreadyClosed, PreviousDayNotClosed, CashDayOpenElsewhere, NotANote)
@transaction.atomic
def open_as_left(*, station: Station, by: User, at: dt.datetime) -> CashDay:
    """Open the day with what was counted at the last close: one press.

    Refused as `open_cash_day`, and `opening_differs` when the books say something else by now.
    """
    count = last_count(station)
    lines = {line.value_minor: line.pieces for line in count.lines.all()} if count else {}
    left = Money(count.total_minor if count else 0, station.currency)
    held = balance(till_of(station, at)).posted
    if left != held:
        raise OpeningDiffers(expected=held.display(), counted=left.display())
    return open_cash_day(station=station, lines=lines, by=by, at=at)


@refuses(WrongState, NotYourDrawer, NotANote)
@transaction.atomic
def count_cash(*, cash_day: CashDay, lines: Mapping[int, int], by: User, at: dt.datetime) -> CashDay:
    """Store a blind count and compare it with the books."""
    cash_day = lock(cash_day)
    CASH_DAY.check("count_cash", cash_day.status)
    refuse_foreign_drawer(cash_day.station, "finance.count_cash", by)
    counted = total_of(lines, currency=cash_day.currency, on=cash_day.business_date)
    till = balance(till_of(cash_day.station, at))
    store_count(cash_day, lines, total=counted, version=till.version, by=by, at=at)
    return _compare(cash_day, counted=counted, till=till, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def resume_day(*, cash_day: CashDay, by: User, at: dt.datetime) -> CashDay:
    """Put a count aside and go on selling."""
    cash_day = lock(cash_day)
    CASH_DAY.check("resume_day", cash_day.status)
    return _go_on(cash_day, by=by, at=at)


@refuses(DayAlreadyClosed, WrongState, CountStale, SamePerson, NotOfThisStation)
@transaction.atomic
def hand_over_till(*, cash_day: CashDay, to: User, by: User, at: dt.datetime) -> CashDay:
    """Give a counted till to another person, who goes on with the day; a difference is that of who held it.

    One of the two has counted, the other presses: both have seen the notes.
    """
    cash_day = _counted_and_fresh(cash_day, "hand_over_till", at)
    count = last_count_of(cash_day)
    custody = end_custody(cash_day, count=count, to=to, by=by, at=at)
    if cash_day.over_short_minor:
        amount = Money(cash_day.over_short_minor, cash_day.currency)
        _found(
            cash_day,
            OverShort.Found.HAND_OVER,
            till_of(cash_day.station, at),
            amount,
            holder=custody.holder,
            by=by,
            at=at,
        )
    start_custody(cash_day, holder=to, at=at)
    return _go_on(cash_day, by=by, at=at)


@refuses(NotYourDrawer, DayAlreadyClosed, WrongState, CountStale, SamePerson, NotOfThisStation)
@transaction.atomic
def close_cash_day(*, cash_day: CashDay, by: User, at: dt.datetime) -> CashDay:
    """Close a counted day. A difference is posted, and asked of who held the till; the close decides nothing."""
    refuse_foreign_drawer(cash_day.station, "finance.close_cash_day", by)
    cash_day = _counted_and_fresh(cash_day, "close_cash_day", at)
    till = till_of(cash_day.station, at)
    custody = end_custody(cash_day, count=last_count_of(cash_day), to=None, by=by, at=at)
    if cash_day.over_short_minor:
        amount = Money(cash_day.over_short_minor, cash_day.currency)
        cash_day.difference_transfer_id = _found(
            cash_day, OverShort.Found.CLOSING, till, amount, holder=custody.holder, by=by, at=at
        )
    cash_day.settled_version = balance(till).version
    before = cash_day.status
    cash_day.status, cash_day.closed_by, cash_day.closed_at = _S.CLOSED, by, at
    _save(cash_day)
    record_change(cash_day, old=before, new=cash_day.status, at=at, actor=by.pk)
    return cash_day


def _refuse_unless_free(station: Station, today: dt.date) -> None:
    for day in CashDay.objects.filter(
        Q(business_date=today) | ~Q(status=_S.CLOSED), station=station, currency=station.currency
    ):
        if day.status == _S.CLOSED:
            raise DayAlreadyClosed(date=day.business_date)
        if day.business_date < today:
            raise PreviousDayNotClosed(date=day.business_date)
        raise CashDayOpenElsewhere(date=day.business_date)


def _counted_and_fresh(cash_day: CashDay, verb: str, at: dt.datetime) -> CashDay:
    """The day, held, with a count after which nothing has moved."""
    cash_day = lock(cash_day)
    if cash_day.status == _S.CLOSED:
        raise DayAlreadyClosed(date=cash_day.business_date)
    CASH_DAY.check(verb, cash_day.status)
    if balance(till_of(cash_day.station, at)).version != cash_day.till_version:
        raise CountStale
    return cash_day


def _found(
    day: CashDay, found: str, till: Account, amount: Money, *, holder: User | None, by: User, at: dt.datetime
) -> Any:
    _over_short, transfer = found_difference(
        station=day.station, found=found, beside=till, amount=amount, holder=holder, by=by, at=at, cash_day=day
    )
    return transfer


def _compare(day: CashDay, *, counted: Money, till: Any, by: User, at: dt.datetime) -> CashDay:
    before = day.status
    day.counted_minor, day.expected_minor, day.till_version = counted.minor, till.posted.minor, till.version
    day.over_short_minor = (counted - till.posted).minor
    day.status = _S.VARIANCE_PENDING if day.over_short_minor else _S.BALANCED
    _save(day)
    record_change(day, old=before, new=_S.COUNTING, at=at, actor=by.pk)
    record_change(day, old=_S.COUNTING, new=day.status, at=at)
    return day


def _go_on(day: CashDay, *, by: User, at: dt.datetime) -> CashDay:
    before = day.status
    day.status = _S.OPEN
    day.counted_minor = day.expected_minor = day.over_short_minor = day.till_version = None
    _save(day)
    record_change(day, old=before, new=day.status, at=at, actor=by.pk)
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
            "difference_transfer",
            "closed_by",
            "closed_at",
            "updated_at",
        ]
    )
