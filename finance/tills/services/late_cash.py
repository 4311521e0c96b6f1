"""Cash that a device had kept and sends after the drawer was counted: the count has found it already."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.database.db import lock, lock_all
from core.money import Money
from finance import chart
from finance.tills.models import CashCount, OverShort, OverShortMove
from finance.tills.services.books import account_of, post, till_of
from finance.tills.services.differences import found_difference, move
from finance.tills.services.over_shorts import OVER_SHORT, arrow
from finance.tills.services.turns import unclosed_day
from ledger.models import Account
from ledger.services import Leg, MadeBy
from stations.accounts.models import Device, User
from stations.network.models import Station

_S = OverShort.Status


@dataclass(frozen=True, slots=True)
class Late:
    """Cash of a device: how much, for which account, on whose behalf."""

    station: Station
    amount: Money
    into: Account
    subject: str
    by: User
    at: dt.datetime


@transaction.atomic
def take_late_cash(
    *,
    station: Station,
    amount: Money,
    into: Account,
    subject: str,
    device: Device,
    made_at: dt.datetime,
    by: User,
    at: dt.datetime,
) -> None:
    """Post cash that a device took at `made_at` to the account that it is for; it is never refused for day or ceiling.

    Till -> `into`; where the drawer was counted and settled in between: over_short -> `into`, because the count has
    found it. What was counted as too much is so found again; what was not is a shortage of who held the till then.
    `subject` names the business event. The device's clock is believed between its last empty queue and now.
    """
    station = lock(station)
    unclosed_day(station)  # a count waits for us, or we for it
    late = Late(station, amount, into, subject, by, at)
    count = _settled_after(station, _believed(device, made_at, at))
    if count is None:
        _post(late, till_of(station, at), amount)
    else:
        _settle(late, count)


def _believed(device: Device, made_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    return min(max(made_at, device.queue_emptied_at or device.registered_at), at)


def _settled_after(station: Station, made_at: dt.datetime) -> CashCount | None:
    """The first count after this instant that became what the books say."""
    counts = CashCount.objects.filter(
        Q(is_opening=True) | Q(custody__isnull=False),
        cash_day__station=station,
        cash_day__currency=station.currency,
        counted_at__gt=made_at,
    )
    return counts.select_related("cash_day", "custody__holder").order_by("counted_at", "pk").first()


def _settle(late: Late, count: CashCount) -> None:
    rest = late.amount
    for over in lock_all(_too_much_in(count)):
        part = Money(min(rest.minor, over.left.minor), rest.currency)
        if part:
            _find_again(late, over, part)
            rest -= part
    if rest:
        found_difference(
            station=late.station,
            found=OverShort.Found.LATE,
            beside=late.into,
            amount=-rest,
            holder=None if count.is_opening else count.custody.holder,
            by=None,
            at=late.at,
            cash_day=count.cash_day,
        )


def _too_much_in(count: CashCount) -> Any:
    """What this very count had found too much and nobody has given away."""
    overs = count.cash_day.over_shorts.filter(
        amount_minor__gt=0, status__in=[*OVER_SHORT.arrows["take_late_cash"], _S.ABSORBED]
    )
    if count.is_opening:
        return overs.filter(found=OverShort.Found.OPENING)
    return overs.filter(found_at=count.custody.to_at).exclude(found=OverShort.Found.OPENING)


def _find_again(late: Late, over: OverShort, part: Money) -> None:
    if over.status == _S.ABSORBED:
        _post(late, account_of(chart.platform("unclaimed"), late.station, late.at), part)
    else:
        move(
            over,
            kind=OverShortMove.Kind.LATE,
            added=part,
            other=late.into,
            reason="found again: a device had kept it",
            made_by=MadeBy("person", late.by.pk),
            at=late.at,
        )
    over.late_minor += part.minor
    over.save(update_fields=["late_minor", "updated_at"])
    if not over.left and over.status != _S.ABSORBED:
        arrow(over, _S.CLEARED, by=None, at=late.at)


def _post(late: Late, source: Account, amount: Money) -> None:
    post(
        [Leg(source, late.into, amount, "cash of a device")],
        station=late.station,
        event_type="late_cash",
        event_id=late.subject,
        made_by=MadeBy("person", late.by.pk),
        at=late.at,
    )
