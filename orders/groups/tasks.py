"""Clocks of group orders."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.groups import services
from orders.groups.models import GroupOrder
from orders.groups.services import settling


@job("groups.close_group_order", is_needed=True)
def close_group_order(payload: dict[str, Any], at: dt.datetime) -> None:
    """The time for pledges is over, or everything is pledged."""
    services.decide_group_order(group=_group(payload), at=at)


@job("groups.settle_pledges", is_needed=True)
def settle_pledges(payload: dict[str, Any], at: dt.datetime) -> None:
    """The next pledges become orders, or go back."""
    services.settle_pledges(group=_group(payload), at=at, most=settling.TOGETHER)


@job("groups.tell_pledgers")
def tell_pledgers(payload: dict[str, Any], at: dt.datetime) -> None:
    """Everybody hears what became of it."""
    services.tell_pledgers(group=_group(payload), at=at)


@job("groups.remind_group")
def remind_group(payload: dict[str, Any], at: dt.datetime) -> None:
    """A day is left."""
    services.remind_group(group=_group(payload), at=at)


@job("groups.finish_group_orders")
def finish_group_orders(payload: dict[str, Any], at: dt.datetime) -> None:
    """Group orders of a county of which everything was handed over have ended."""
    services.finish_group_orders(county=payload["place"], at=at)


def _group(payload: dict[str, Any]) -> GroupOrder:
    return GroupOrder.objects.get(pk=payload["group"])
