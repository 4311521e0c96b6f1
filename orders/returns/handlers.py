"""What returns hear of their money and replacements; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from orders.returns import services
from orders.returns.models import Return


def close_paid(event: Event) -> None:
    """A refund was handed back; if a return caused it, that may be closed."""
    found = Return.objects.filter(refunds__refund=event.payload["refund"]).select_related("order").first()
    if found is not None:
        services.close_return(goods_return=found, at=dt.datetime.fromisoformat(event.payload["at"]))


def settle_replacement(event: Event) -> None:
    """Goods that replace others were handed over, or never will be."""
    found = Return.objects.select_related("order").get(pk=event.payload["goods_return"])
    services.settle_replacement(goods_return=found, at=dt.datetime.fromisoformat(event.payload["at"]))
