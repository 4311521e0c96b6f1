"""Clocks of shops."""

import datetime as dt
from typing import Any

from core.errors import Refused
from core.jobs.registry import job
from orders.shops import services
from orders.shops.models import ShopCheckout


@job("shops.expire_checkout")
def expire_checkout(payload: dict[str, Any], at: dt.datetime) -> None:
    """The time to pay is over."""
    services.expire_checkout(checkout=ShopCheckout.objects.get(pk=payload["checkout"]), at=at)


@job("shops.end_orders")
def end_orders(_payload: dict[str, Any], at: dt.datetime) -> None:
    """What was not packed or sent in time, what counts as delivered, what is completed, and who is forgotten.

    An order that is refused holds up nothing of the others; the job fails for it at the end.
    """
    refused: list[Refused] = []
    for end in (
        services.cancel_gone,
        services.cancel_unpacked,
        services.remind_unsent,
        services.cancel_unsent,
        services.deliver_silent,
        services.end_refused_claims,
        services.remind_of_claims,
        services.complete_shop_orders,
        services.forget_buyers,
    ):
        try:
            end(at=at)
        except Refused as refusal:
            refused.append(refusal)
    if refused:
        raise refused[0]
