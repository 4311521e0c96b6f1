"""Goods that suppliers keep: confirmed, whole or in part, refused, sent and received; and parts that are cancelled."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refused_by, refuses
from core.language.reasons import needs_words
from orders.promotions.services import hold_promotions
from orders.purchases.machine import FULFILMENT
from orders.purchases.models import Fulfilment, Order
from orders.purchases.services.calling_off import call_off, supplier_does_not_deliver
from orders.purchases.services.ending import cancel_part, tell_of_end, tell_of_part
from orders.purchases.services.reversing import held_as_paid
from orders.purchases.services.sending import PaymentMissing
from orders.purchases.services.steps import move_fulfilment
from orders.purchases.services.supplier_parts import cut_off, slices_of
from orders.stock.services import release_stock
from stations.accounts.models import User

_F = Fulfilment.Status


class InWarehouse(Refused):
    """No supplier has anything to say about goods of the warehouse."""

    code = "in_warehouse"
    message = _("These goods lie in the warehouse: no supplier is asked for them.")


@refuses(WrongState, InWarehouse, PaymentMissing, *refused_by(slices_of, cancel_part))
@transaction.atomic
def confirm_fulfilment(
    *,
    fulfilment: Fulfilment,
    by: User | None,
    at: dt.datetime,
    quantities: Mapping[UUID, int] | None = None,
) -> Fulfilment:
    """The supplier delivers the goods, or fewer of some lines (`quantities`, by the id of the order's line).

    What it does not deliver is cancelled: nobody owes it, and what was paid for it is owed back. Refused:
    `wrong_state`, `in_warehouse`, `deposit_due`, `confirmed_too_much`, `nothing_confirmed`, `quantity_step`.
    """
    order, part = _held_part(fulfilment, "confirm_fulfilment", at=at)
    if order.advance_due:
        raise PaymentMissing(amount=order.advance_due.display())
    rest = cut_off(part, slices_of(part, quantities or {}), by=by, at=at)
    part.confirmed_at = at
    part = move_fulfilment(part, _F.ALLOCATED, at=at, by=by)
    if rest is not None:
        refunds = cancel_part(order, rest, at=at)
        tell_of_part(order, rest, "purchase_short", refunds, at=at)
        part.refresh_from_db(fields=["cash_due_minor"])
    return part


@refuses(WrongState, InWarehouse, *refused_by(cancel_part))
@needs_words("reason")
@transaction.atomic
def refuse_fulfilment(*, fulfilment: Fulfilment, reason: str, by: User | None, at: dt.datetime) -> Fulfilment:
    """The supplier does not deliver, also after it has confirmed: the goods are cancelled, the money is owed back.

    Refused: `wrong_state`, `in_warehouse`.
    """
    order, part = _held_part(fulfilment, "refuse_fulfilment", at=at)
    part = _cancel(part, by=by, at=at, reason=reason)
    supplier_does_not_deliver(part, at=at)
    return _settle(order, part, "purchase_short", at=at)


@refuses(*refused_by(cancel_part))
@transaction.atomic
def lapse_fulfilment(*, fulfilment: Fulfilment, at: dt.datetime) -> Fulfilment:
    """Nobody has confirmed in time: as if the supplier had refused. Whatever came first stands."""
    order = held_as_paid(fulfilment.order, at=at)
    hold_promotions(order)
    part = lock(fulfilment)
    is_late = part.confirm_by_at is not None and at >= part.confirm_by_at
    if not is_late or not FULFILMENT.allows("lapse_fulfilment", part.status):
        return part
    part = _cancel(part, by=None, at=at, reason="")
    call_off(part, at=at)
    return _settle(order, part, "purchase_short", at=at)


@refuses(WrongState, *refused_by(cancel_part))
@needs_words("reason")
@transaction.atomic
def cancel_fulfilment(*, fulfilment: Fulfilment, reason: str, by: User, at: dt.datetime) -> Fulfilment:
    """The county ends one part of an order that is not packed, whatever becomes of the others.

    Its goods are missing or broken, or nobody pays for them after a bank took the payment back while another part
    travels. They are not owed any more, and what was paid for them is owed back. Refused: `wrong_state`.
    """
    order = held_as_paid(fulfilment.order, at=at)
    hold_promotions(order)
    part = lock(fulfilment)
    FULFILMENT.check("cancel_fulfilment", part.status)
    if not part.is_on_demand:
        references = list(part.lines.values_list("order_line", flat=True))
        release_stock(references=references, warehouse=part.warehouse, at=at)
    part = _cancel(part, by=by, at=at, reason=reason)
    call_off(part, at=at)
    return _settle(order, part, "purchase_part_cancelled", at=at)


@refuses(WrongState, InWarehouse)
@transaction.atomic
def ship_fulfilment(*, fulfilment: Fulfilment, by: User | None, at: dt.datetime) -> Fulfilment:
    """The supplier has sent the goods to the county: the buyer cannot cancel them any more. Again changes nothing.

    Refused: `wrong_state`, `in_warehouse`.
    """
    _order, part = _held_part(fulfilment, "ship_fulfilment", at=at)
    if part.shipped_at is None:
        part.shipped_at = at
        part.save(update_fields=["shipped_at", "updated_at"])
    return part


@refuses(WrongState, InWarehouse)
@transaction.atomic
def receive_fulfilment(*, fulfilment: Fulfilment, by: User | None, at: dt.datetime) -> Fulfilment:
    """The goods are at the county centre: they are packed next. Refused: `wrong_state`, `in_warehouse`."""
    _order, part = _held_part(fulfilment, "receive_fulfilment", at=at)
    part.shipped_at = part.shipped_at or at
    return move_fulfilment(part, _F.PICKED, at=at, by=by)


def _held_part(fulfilment: Fulfilment, verb: str, *, at: dt.datetime) -> tuple[Order, Fulfilment]:
    """Order and part, held, with what promotions have taken off. Raises `WrongState`, `InWarehouse`."""
    order = held_as_paid(fulfilment.order, at=at)
    hold_promotions(order)
    part = lock(fulfilment)
    FULFILMENT.check(verb, part.status)
    if not part.is_on_demand:
        raise InWarehouse
    return order, part


def _cancel(part: Fulfilment, *, by: User | None, at: dt.datetime, reason: str) -> Fulfilment:
    part.cash_due_minor = 0
    return move_fulfilment(part, _F.CANCELLED, at=at, by=by, reason=reason)


def _settle(order: Order, part: Fulfilment, template: str, *, at: dt.datetime) -> Fulfilment:
    """Nobody owes the goods of a part that was cancelled, what was paid for them goes back, and the buyer hears it."""
    refunds = cancel_part(order, part, at=at)
    if order.status == Order.Status.CANCELLED:
        tell_of_end(order, refunds, at=at)
    else:
        tell_of_part(order, part, template, refunds, at=at)
    return part
