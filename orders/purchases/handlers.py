"""What orders hear of their parcels and of payments by link; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from finance.payments.models import Payment
from orders.purchases import services
from orders.purchases.models import Fulfilment, PaymentLink


def note_available(event: Event) -> None:
    """A parcel of an order waits at the station."""
    if (fulfilment := _fulfilment(event)) is not None:
        services.note_available(fulfilment=fulfilment, at=_at(event))


def note_refused(event: Event) -> None:
    """The buyer did not want it."""
    if (fulfilment := _fulfilment(event)) is not None:
        services.note_not_taken(fulfilment=fulfilment, reason=event.payload["reason"], at=_at(event))


def note_uncollected(event: Event) -> None:
    """The buyer never came."""
    if (fulfilment := _fulfilment(event)) is not None:
        services.note_not_taken(fulfilment=fulfilment, reason=services.UNCOLLECTED, at=_at(event))


def take_back(event: Event) -> None:
    """It is back in the warehouse."""
    if (fulfilment := _fulfilment(event)) is not None:
        services.take_back(fulfilment=fulfilment, at=_at(event))


def note_lost(event: Event) -> None:
    """Nobody has it any more."""
    if (fulfilment := _fulfilment(event)) is not None:
        services.note_lost(fulfilment=fulfilment, at=_at(event))


def note_paid(event: Event) -> None:
    """A payment by link has arrived."""
    if (link := _link(event)) is not None:
        services.note_paid(link=link, at=_at(event))


def note_unpaid(event: Event) -> None:
    """Nobody has paid by the link."""
    if (link := _link(event)) is not None:
        services.note_unpaid(link=link, at=_at(event))


def note_reversed(event: Event) -> None:
    """The gateway has taken a payment by link back."""
    if (link := _link(event)) is not None:
        services.note_reversed(link=link, at=_at(event))


def note_unfunded(event: Event) -> None:
    """The gateway has taken back what was passed on already."""
    if (link := _link(event)) is not None:
        services.note_unfunded(link=link, at=_at(event))


def _link(event: Event) -> PaymentLink | None:
    """The link whose newest attempt this payment is; nothing is asked for what paid no goods."""
    if event.payload["purpose"] != Payment.Purpose.GOODS:
        return None
    return PaymentLink.objects.select_related("order").filter(payment=event.payload["payment"]).first()


def _fulfilment(event: Event) -> Fulfilment | None:
    """What was sent in this parcel, if an order sent it."""
    ref = event.payload.get("contents_ref")
    return Fulfilment.objects.filter(pk=ref).select_related("order", "warehouse").first() if ref else None


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
