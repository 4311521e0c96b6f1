"""What a supplier's system has said of an order becomes what the hand would have done, once."""

import datetime as dt
from uuid import UUID

from core.errors import WrongState, refused_by, refuses
from orders.purchases.models import Fulfilment
from orders.purchases.services import (
    ConfirmedTooMuch,
    NothingConfirmed,
    PaymentMissing,
    confirm_fulfilment,
    refuse_fulfilment,
)
from orders.stock.services import QuantityStep
from orders.suppliers import confirmations
from orders.suppliers.confirmations import Confirmation
from orders.suppliers.models import SupplierOrder
from orders.suppliers.services.ordering import begin_release, begin_round

_S, _F = SupplierOrder.Status, Fulfilment.Status
#: The supplier says otherwise than somebody here has recorded, or than was ordered: people have to look.
CONTRADICTS, OTHER_LINES = "contradicts", "other_lines"


@refuses(*refused_by(confirm_fulfilment, refuse_fulfilment))
def take_confirmation(order: SupplierOrder, said: Confirmation, *, at: dt.datetime) -> None:
    """Do what the supplier says to the goods, and write it on the order, which the caller holds and stores.

    What it confirms too late is released there; what contradicts what was recorded here is examined by people.
    """
    order.supplier_ref = said.supplier_ref or order.supplier_ref
    if said.status == confirmations.PENDING:
        order.status, order.last_error = _S.PENDING, ""
    elif said.status == confirmations.REFUSED:
        _refuse(order, said, at=at)
    elif said.quantities and set(said.quantities) != set(_ordered(order)):
        examine(order, OTHER_LINES)
    else:
        _confirm(order, said, at=at)


def is_known(order: SupplierOrder, said: Confirmation) -> bool:
    """Whether the supplier says of an order that is decided what was recorded of it: the same word, or quantities."""
    if confirmations.REFUSED in {order.status, said.status}:
        return order.status == said.status
    return _confirmed(order) == _delivered(order, said)


def examine(order: SupplierOrder, why: str) -> None:
    """People have to look at an order; nothing more is asked of the supplier."""
    order.status, order.next_attempt_at, order.last_error = _S.FAILED, None, why


def _refuse(order: SupplierOrder, said: Confirmation, *, at: dt.datetime) -> None:
    _answered(order, _S.REFUSED, at=at)
    part = _part(order)
    if part.status == _F.PENDING:
        refuse_fulfilment(fulfilment=part, reason=said.code, by=None, at=at)
    elif part.status != _F.CANCELLED:
        examine(order, CONTRADICTS)


def _confirm(order: SupplierOrder, said: Confirmation, *, at: dt.datetime) -> None:
    wanted = dict(said.quantities) or _ordered(order)
    is_whole = wanted == _ordered(order)
    try:
        confirm_fulfilment(fulfilment=_part(order), quantities=wanted, by=None, at=at)
    except PaymentMissing:  # a payment was taken back meanwhile: asked again until it is there, or the order ends
        if order.status == _S.FAILED:
            begin_round(order, at=at)
        order.status, order.last_error = _S.PENDING, PaymentMissing.code
        return
    except (ConfirmedTooMuch, NothingConfirmed, QuantityStep) as refusal:
        examine(order, refusal.code)
        return
    except WrongState:
        if _part(order).status == _F.CANCELLED:
            begin_release(order, at=at)
            return
        if _confirmed(order) != _delivered(order, said):
            examine(order, CONTRADICTS)
            return
    _answered(order, _S.CONFIRMED if is_whole else _S.PARTLY, at=at)


def _answered(order: SupplierOrder, status: str, *, at: dt.datetime) -> None:
    order.status, order.answered_at, order.next_attempt_at, order.last_error = status, at, None, ""


def _part(order: SupplierOrder) -> Fulfilment:
    """As it stands now."""
    return Fulfilment.objects.select_related("order").get(pk=order.fulfilment_id)


def _ordered(order: SupplierOrder) -> dict[UUID, int]:
    """What was asked for, by the id of our order's line."""
    return {UUID(line["line"]): line["quantity"] for line in order.body["lines"]}


def _delivered(order: SupplierOrder, said: Confirmation) -> dict[UUID, int]:
    """What the supplier says that it delivers."""
    return {line: quantity for line, quantity in (said.quantities or _ordered(order)).items() if quantity}


def _confirmed(order: SupplierOrder) -> dict[UUID, int]:
    """What somebody here has recorded as confirmed."""
    return dict(_part(order).lines.values_list("order_line", "quantity"))
