"""Parcels that were not handed over: points for the buyer, goods back into the warehouse, money back."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.database.db import lock, present
from core.errors import refused_by, refuses
from logistics.parcels.models import Parcel
from orders.promotions.services import hold_promotions
from orders.purchases.machine import FULFILMENT
from orders.purchases.models import CodRefusal, Fulfilment, Order
from orders.purchases.services.ending import cancel_part
from orders.purchases.services.reversing import held_as_paid
from orders.purchases.services.sending import send_out
from orders.purchases.services.steps import held, move_fulfilment
from orders.stock.services import return_stock

UNCOLLECTED = "uncollected"
_F = Fulfilment.Status


@transaction.atomic
def note_available(*, fulfilment: Fulfilment, at: dt.datetime) -> Fulfilment:
    """The parcel is at the station."""
    _order, fulfilment = _sent(fulfilment, at=at)
    fulfilment.available_at = at
    fulfilment.save(update_fields=["available_at", "updated_at"])
    return fulfilment


@transaction.atomic
def note_not_taken(*, fulfilment: Fulfilment, reason: str, at: dt.datetime) -> Fulfilment:
    """The buyer refused the parcel, or never came: a point where it was by cash on delivery and nobody else's fault."""
    order, fulfilment = _sent(fulfilment, at=at)
    if not FULFILMENT.allows("miss_fulfilment", fulfilment.status):
        return fulfilment
    if order.villager is not None and fulfilment.cash_due_minor:
        CodRefusal.objects.create(
            parcel=present(fulfilment.parcel),
            order=order,
            villager=order.villager,
            reason=reason,
            points=0 if reason in Parcel.JUSTIFIED else 1,
            at=at,
        )
    return move_fulfilment(fulfilment, _F.NOT_TAKEN, at=at, reason=reason)


@refuses(*refused_by(cancel_part))
@transaction.atomic
def take_back(*, fulfilment: Fulfilment, at: dt.datetime) -> Fulfilment:
    """The parcel is back: its goods lie in the warehouse again, and are not owed any more."""
    order, fulfilment = _undelivered(fulfilment, at=at)
    if not FULFILMENT.allows("return_fulfilment", fulfilment.status):
        return fulfilment
    return_stock(references=_references(fulfilment), warehouse=fulfilment.warehouse, at=at)
    move_fulfilment(fulfilment, _F.RETURNED, at=at)
    cancel_part(order, fulfilment, at=at)
    return fulfilment


@refuses(*refused_by(cancel_part))
@transaction.atomic
def note_lost(*, fulfilment: Fulfilment, at: dt.datetime) -> Fulfilment:
    """The parcel is lost: the buyer owes nothing for it, and gets back what was paid."""
    order, fulfilment = _undelivered(fulfilment, at=at)
    if not FULFILMENT.allows("lose_fulfilment", fulfilment.status):
        return fulfilment
    move_fulfilment(fulfilment, _F.LOST, at=at)
    cancel_part(order, fulfilment, at=at)
    return fulfilment


def _sent(fulfilment: Fulfilment, *, at: dt.datetime) -> tuple[Order, Fulfilment]:
    """Order and part, held; a part that nobody has noted as sent has left its warehouse by now."""
    order = held(fulfilment.order)
    fulfilment = lock(fulfilment)
    if fulfilment.status != _F.PACKED:
        return order, fulfilment
    fulfilment = send_out(order, fulfilment, by=None, at=at)
    return held(order), fulfilment


def _undelivered(fulfilment: Fulfilment, *, at: dt.datetime) -> tuple[Order, Fulfilment]:
    """The same of a part whose promotions end: they are held before any stock moves."""
    hold_promotions(held_as_paid(fulfilment.order, at=at))
    return _sent(fulfilment, at=at)


def _references(fulfilment: Fulfilment) -> list[UUID]:
    return list(fulfilment.lines.values_list("order_line", flat=True))
