"""Clocks of returns."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.returns import services
from orders.returns.models import Return


@job("returns.expire_return")
def expire_return(payload: dict[str, Any], at: dt.datetime) -> None:
    """The days in which the goods were to be brought are over."""
    found = Return.objects.select_related("order").get(pk=payload["goods_return"])
    services.expire_return(goods_return=found, at=at)
