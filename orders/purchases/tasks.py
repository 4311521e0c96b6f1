"""Clocks of orders."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.purchases import services
from orders.purchases.models import Fulfilment, Order, PaymentLink


@job("purchases.expire_purchase")
def expire_purchase(payload: dict[str, Any], at: dt.datetime) -> None:
    """What nobody has agreed to, or paid in advance, in time."""
    services.expire_purchase(order=Order.objects.get(pk=payload["order"]), at=at)


@job("purchases.expire_link")
def expire_link(payload: dict[str, Any], at: dt.datetime) -> None:
    """The time of a payment link is over."""
    services.expire_payment_link(link=PaymentLink.objects.get(pk=payload["link"]), at=at)


@job("purchases.lapse_fulfilment")
def lapse_fulfilment(payload: dict[str, Any], at: dt.datetime) -> None:
    """What a supplier keeps and has not confirmed in time."""
    services.lapse_fulfilment(fulfilment=Fulfilment.objects.get(pk=payload["fulfilment"]), at=at)


@job("purchases.note_message_arrived")
def note_message_arrived(payload: dict[str, Any], at: dt.datetime) -> None:
    """Whether a supplier without a system has got the message that its goods are not needed."""
    services.note_message_arrived(fulfilment=Fulfilment.objects.get(pk=payload["fulfilment"]), at=at)


@job("purchases.shut_windows")
def shut_windows(payload: dict[str, Any], at: dt.datetime) -> None:
    """Orders of a county whose goods cannot be returned any more are complete."""
    while services.shut_windows(county=payload["place"], at=at):
        pass
