"""Clocks of parcels to the city."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.shipping import services
from orders.shipping.models import Shipment


@job("shipping.forget_senders")
def forget_senders(payload: dict[str, Any], at: dt.datetime) -> None:
    """Names and phones of long ago are forgotten."""
    services.forget_senders(at=at)


@job("shipping.remind_sender")
def remind_sender(payload: dict[str, Any], at: dt.datetime) -> None:
    """The days in which a sender can fetch a parcel are nearly over."""
    services.remind_sender(shipment=Shipment.objects.get(pk=payload["shipment"]), at=at)
