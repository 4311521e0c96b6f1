"""A return ends when its money is with the buyer, or the goods that replace others are."""

import datetime as dt

from django.db import transaction

from finance.models import Refund
from orders.purchases.models import Fulfilment
from orders.returns.machine import RETURN
from orders.returns.models import Return
from orders.returns.services.steps import held, move


@transaction.atomic
def close_return(*, goods_return: Return, at: dt.datetime) -> Return:
    """Close a return whose refunds are all paid and whose replacement has ended; any other stays as it is."""
    _order, found = held(goods_return)
    return close_if_done(found, at=at)


def close_if_done(found: Return, *, at: dt.datetime) -> Return:
    """The same for a return that is held."""
    is_owed = found.refunds.filter(refund__status__in=Refund.OWED).exists()
    is_under_way = Fulfilment.objects.filter(order__replaces=found, status__in=Fulfilment.OPEN).exists()
    if is_owed or is_under_way or not RETURN.allows("close_return", found.status):
        return found
    return move(found, Return.Status.CLOSED, at=at)
