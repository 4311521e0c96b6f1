"""At the county centre another person inspects the goods: back in stock, written off, or back to the buyer."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish
from orders.promotions.services import hold_promotions
from orders.returns.machine import RETURN
from orders.returns.models import Return
from orders.returns.services.closing import close_if_paid
from orders.returns.services.refunding import refund_goods
from orders.returns.services.steps import free, held, move
from orders.stock.services import receive_stock
from stations.accounts.models import User
from stations.two_persons import is_same_person

_S = Return.Status


class InspectorIsRequester(Refused):
    """Two people see goods that come back."""

    code = "inspector_is_requester"
    message = _("You took this return. Another person has to inspect it.")


class AcceptedTooMuch(Refused):
    """No more is accepted than was sent."""

    code = "accepted_too_much"
    status = 422
    message = _("No more can be accepted than came back.")


@refuses(WrongState, InspectorIsRequester, AcceptedTooMuch, *refused_by(receive_stock, refund_goods))
@transaction.atomic
def inspect_return(
    *, goods_return: Return, accepted_quantity: int, condition: str, by: User, at: dt.datetime
) -> Return:
    """Accept so many pieces or grams in a `Return.Condition`, or nothing.

    What is accepted as new lies in its warehouse again; all else is written off. Their money is owed now, unless it was
    at the counter. Refused: `wrong_state`, `inspector_is_requester`, `accepted_too_much`, `warehouse_closed`, and those
    of refunding.
    """
    order, found = held(goods_return)
    RETURN.check("inspect_return", found.status)
    if is_same_person(by, found.requested_by_id):
        raise InspectorIsRequester
    if not 0 <= accepted_quantity <= found.quantity:
        raise AcceptedTooMuch(field="accepted_quantity")
    found.inspected_by, found.accepted_quantity, found.condition = by, accepted_quantity, condition
    if accepted_quantity and condition == Return.Condition.AS_NEW:
        hold_promotions(order)
        _back_in_stock(found, accepted_quantity, by=by, at=at)
    if found.refunded_at is None:
        free(found, found.quantity - accepted_quantity)
        if not accepted_quantity:
            return move(found, _S.NOT_ACCEPTED, at=at, by=by)
        refund_goods(order, found, accepted_quantity, at=at)
    found = move(found, _S.REFUNDED, at=at, by=by)
    publish("orders.goods_returned", at=at, goods_return=str(found.pk), order=str(order.pk), station=found.station_id)
    return close_if_paid(found, at=at)


@refuses(WrongState)
@transaction.atomic
def send_back_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """Goods of which nothing was accepted go back to the buyer. Refused: `wrong_state`."""
    _order, found = held(goods_return)
    RETURN.check("send_back_return", found.status)
    return move(found, _S.SENT_BACK, at=at, by=by)


def _back_in_stock(found: Return, quantity: int, *, by: User, at: dt.datetime) -> None:
    line = found.part.order_line
    receive_stock(
        warehouse=found.part.fulfilment.warehouse,
        variant=line.variant,
        quantity=quantity,
        by=by,
        at=at,
        reason=found.number,
    )
