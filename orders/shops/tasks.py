"""Clocks of shops."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.shops import services
from orders.shops.models import ShopCheckout


@job("shops.expire_checkout")
def expire_checkout(payload: dict[str, Any], at: dt.datetime) -> None:
    """The time to pay is over."""
    services.expire_checkout(checkout=ShopCheckout.objects.get(pk=payload["checkout"]), at=at)


@job("shops.end_orders")
def end_orders(_payload: dict[str, Any], at: dt.datetime) -> None:
    """What was not packed in time, what counts as delivered, what is completed, and who is forgotten."""
    services.cancel_unpacked(at=at)
    services.deliver_silent(at=at)
    services.complete_shop_orders(at=at)
    services.forget_buyers(at=at)
