"""A return ends when its money is with the buyer, or the goods that replace others are; else somebody is asked."""

import datetime as dt

from django.db import transaction

from core.errors import Refused
from finance.models import Refund
from orders.purchases.models import Fulfilment, Order
from orders.returns.machine import RETURN
from orders.returns.models import Return
from orders.returns.services.refunding import accepted_of, refund_goods
from orders.returns.services.steps import held, lines_of, move
from stations.accounts.models import User


@transaction.atomic
def close_return(*, goods_return: Return, at: dt.datetime) -> Return:
    """Close a return whose refunds are all paid and whose replacement has ended; any other stays as it is."""
    _order, found = held(goods_return)
    return close_if_done(found, at=at)


def refund_or_ask(order: Order, found: Return, *, by: User | None, at: dt.datetime) -> Return:
    """Refund what was accepted; where that is refused, as of a payment given back by hand, the county decides the end.

    The caller holds order and return.
    """
    try:
        with transaction.atomic():
            refund_goods(order, found, accepted_of(lines_of(found)), at=at)
    except Refused as refusal:
        stands = Return.objects.select_related("station__county").get(pk=found.pk)
        stands.inspected_by, stands.unsettled_at, stands.unsettled_code = found.inspected_by, at, refusal.code
        return move(stands, Return.Status.INSPECTED, at=at, by=by)
    found.unsettled_at, found.unsettled_code = None, ""
    return close_if_done(move(found, Return.Status.REFUNDED, at=at, by=by), at=at)


def close_if_done(found: Return, *, at: dt.datetime) -> Return:
    """The same for a return that is held."""
    is_owed = found.refunds.filter(refund__status__in=Refund.OWED).exists()
    is_under_way = Fulfilment.objects.filter(order__replaces=found, status__in=Fulfilment.OPEN).exists()
    if is_owed or is_under_way or not RETURN.allows("close_return", found.status):
        return found
    return move(found, Return.Status.CLOSED, at=at)
