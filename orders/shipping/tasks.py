"""Clocks of parcels to the city."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.shipping import services


@job("shipping.forget_senders")
def forget_senders(payload: dict[str, Any], at: dt.datetime) -> None:
    """Names and phones of long ago are forgotten."""
    services.forget_senders(at=at)
