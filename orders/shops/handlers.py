"""What shops hear of payments; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from finance.payments.models import Payment
from orders.shops import services
from orders.shops.models import ShopCheckout


def note_paid(event: Event) -> None:
    """A buyer in the city has paid."""
    if (checkout := _checkout(event)) is not None:
        services.note_paid(checkout=checkout, at=_at(event))


def note_unpaid(event: Event) -> None:
    """Nobody has paid: the goods are free again where the time is over."""
    if (checkout := _checkout(event)) is not None:
        services.expire_checkout(checkout=checkout, at=_at(event))


def note_reversed(event: Event) -> None:
    """The buyer's bank has taken a payment back."""
    if (checkout := _checkout(event)) is not None:
        services.note_reversed(checkout=checkout, at=_at(event))


def note_unfunded(event: Event) -> None:
    """The buyer's bank has taken back what is with farmers already."""
    if (checkout := _checkout(event)) is not None:
        services.note_unfunded(checkout=checkout, at=_at(event))


def _checkout(event: Event) -> ShopCheckout | None:
    """The checkout whose newest attempt this payment is; nothing is asked for what paid no goods."""
    if event.payload["purpose"] != Payment.Purpose.GOODS:
        return None
    return ShopCheckout.objects.filter(payment=event.payload["payment"]).first()


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
