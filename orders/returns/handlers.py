"""What returns hear of their money; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from orders.returns import services
from orders.returns.models import Return


def close_paid(event: Event) -> None:
    """A refund was handed back; if a return caused it, that may be closed."""
    found = Return.objects.filter(refunds__refund=event.payload["refund"]).select_related("order").first()
    if found is not None:
        services.close_return(goods_return=found, at=dt.datetime.fromisoformat(event.payload["at"]))
