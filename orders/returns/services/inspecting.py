"""At the county centre another person inspects the goods: back in stock, written off, or back to the buyer."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.events.services import publish
from orders.promotions.services import hold_promotions
from orders.purchases.models import Order
from orders.returns.machine import RETURN
from orders.returns.models import Return, ReturnLine
from orders.returns.services.closing import close_if_done, refund_or_ask
from orders.returns.services.moving import LinesIncomplete
from orders.returns.services.refunding import accepted_of
from orders.returns.services.steps import free, held, held_as_paid, lines_of, move
from orders.stock.services import receive_stock
from stations.accounts.models import User
from stations.two_persons import is_same_person, require_two_persons

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


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the county accepts of a line of a return, in pieces or grams, in a `ReturnLine.Condition`."""

    line: UUID
    accepted_quantity: int
    condition: str


@refuses(WrongState, InspectorIsRequester, SamePerson, AcceptedTooMuch, LinesIncomplete)
@refuses(*refused_by(receive_stock))
@transaction.atomic
def inspect_return(*, goods_return: Return, inspected: Sequence[Inspected], by: User, at: dt.datetime) -> Return:
    """Accept so much of each article, or nothing.

    What is accepted as new lies in its warehouse again; all else is written off. Their money is owed now, unless it was
    at the counter, or the same is to be sent again: then it waits for the goods. A refund that is refused waits for the
    county to settle it. Refused: `wrong_state`, `inspector_is_requester`, `same_person` (the buyer),
    `accepted_too_much`, `return_lines_incomplete`, `warehouse_closed`.
    """
    order, found = held_as_paid(goods_return, at=at)
    RETURN.check("inspect_return", found.status)
    if is_same_person(by, found.requested_by_id):
        raise InspectorIsRequester
    require_two_persons(by, order.villager_id)
    lines = lines_of(found)
    _accept(lines, inspected)
    hold_promotions(order)
    for line in lines:
        if line.accepted_quantity and line.condition == ReturnLine.Condition.AS_NEW:
            _back_in_stock(found, line, by=by, at=at)
    found.inspected_by = by
    if accepted_of(lines):
        publish(
            "orders.goods_returned", at=at, goods_return=str(found.pk), order=str(order.pk), station=found.station_id
        )
    if found.refunded_at is not None:
        return close_if_done(move(found, _S.REFUNDED, at=at, by=by), at=at)
    return _settle(order, found, lines, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def send_back_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """Goods of which nothing was accepted go back to the buyer. Refused: `wrong_state`."""
    _order, found = held(goods_return)
    RETURN.check("send_back_return", found.status)
    return move(found, _S.SENT_BACK, at=at, by=by)


def _accept(lines: Sequence[ReturnLine], inspected: Sequence[Inspected]) -> None:
    """Raises `LinesIncomplete`, `AcceptedTooMuch`."""
    said = {each.line: each for each in inspected}
    if len(said) < len(inspected) or set(said) != {line.pk for line in lines}:
        raise LinesIncomplete(field="lines")
    for line in lines:
        each = said[line.pk]
        if not 0 <= each.accepted_quantity <= line.quantity:
            raise AcceptedTooMuch(field="accepted_quantity")
        line.accepted_quantity, line.condition = each.accepted_quantity, each.condition
    ReturnLine.objects.bulk_update(lines, ["accepted_quantity", "condition"])


def _settle(order: Order, found: Return, lines: Sequence[ReturnLine], *, by: User, at: dt.datetime) -> Return:
    """What is not accepted stays the buyer's; for the rest there is money, or the same again."""
    accepted = accepted_of(lines)
    for line in lines:
        free(line, line.quantity - accepted.get(line, 0))
    if not accepted:
        return move(found, _S.NOT_ACCEPTED, at=at, by=by)
    if found.resolution == Return.Resolution.REPLACE:
        return move(found, _S.INSPECTED, at=at, by=by)
    return refund_or_ask(order, found, by=by, at=at)


def _back_in_stock(found: Return, line: ReturnLine, *, by: User, at: dt.datetime) -> None:
    receive_stock(
        warehouse=line.part.fulfilment.warehouse,
        variant=line.part.order_line.variant,
        quantity=line.accepted_quantity or 0,
        by=by,
        at=at,
        reason=found.number,
    )
