"""Goods that were lost on their way back: the buyer has given them to us and gets the money; who lost them bears it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core.database.db import present
from core.errors import refused_by, refuses
from core.money import total
from finance import chart
from finance.settlement.services import accrue_payable, charge_payable
from logistics.parcels.models import ParcelEvent
from orders.purchases.models import Order
from orders.purchases.services.steps import tell_buyer
from orders.returns.machine import RETURN
from orders.returns.models import Return, ReturnLine
from orders.returns.services.refunding import given_back_by_suppliers, refund_lost
from orders.returns.services.steps import held_as_paid, lines_of, move

EVENT = "return_lost"
_MOVES = (ParcelEvent.Kind.CREATED, ParcelEvent.Kind.LOADED, ParcelEvent.Kind.ARRIVED)


@refuses(*refused_by(refund_lost, accrue_payable, charge_payable))
@transaction.atomic
def note_lost(*, goods_return: Return, at: dt.datetime) -> Return:
    """Nobody has the goods any more. Said again it changes nothing.

    The buyer gets all of the money, unless it was at the counter; suppliers get back what they gave for it, and a
    carrier that had the goods pays that. What the counter kept back, or others paid, for the way stays as it is.
    """
    order, found = held_as_paid(goods_return, at=at)
    if not RETURN.allows("lose_return", found.status):
        return found
    lines = lines_of(found)
    was_paid = found.refunded_at is not None
    if not was_paid:
        refund_lost(order, found, {line: line.quantity for line in lines}, at=at)
    _compensate_suppliers(order, found, lines, at=at)
    found.unsettled_at, found.unsettled_code = None, ""
    found = move(found, Return.Status.LOST, at=at)
    if found.refunded_minor and not was_paid:
        told = {"number": found.number[-5:], "amount": found.refunded}
        tell_buyer(order, "return_lost", told, at=at, turn=str(found.pk))
    return found


def _compensate_suppliers(order: Order, found: Return, lines: Sequence[ReturnLine], *, at: dt.datetime) -> None:
    """expense -> suppliers: what they gave back; carrier -> expense: all of it, where the carrier had the goods."""
    owed = given_back_by_suppliers(order, lines)
    if not owed:
        return
    bearer = [chart.carrier(found.carrier)] if found.carrier and _had_carrier(found) else []
    keys = (chart.platform("expense"), *bearer, *owed)
    opened = chart.open_all(keys, country=order.station.county.country, currency=order.currency, at=at)
    event: dict[str, Any] = {
        "event_type": EVENT,
        "event_id": str(found.pk),
        "explanation": {"return": found.number, "parcel": found.parcel_number},
        "station": order.station,
        "at": at,
    }
    expense = opened[keys[0]]
    for key, amount in owed.items():
        accrue_payable(account=opened[key], source=expense, amount=amount, eligible_at=at, **event)
    for key in bearer:
        charge_payable(account=opened[key], target=expense, amount=total(owed.values(), order.currency), **event)


def _had_carrier(found: Return) -> bool:
    """Whether the last scan before the loss took the goods into a van; the counter's word alone charges nobody."""
    steps = ParcelEvent.objects.filter(parcel=present(found.parcel), kind__in=_MOVES, is_out_of_order=False)
    last = steps.filter(annulled_by=None).order_by("-sequence").first()
    return last is not None and last.kind == ParcelEvent.Kind.LOADED and last.run_id is not None
