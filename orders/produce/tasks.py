"""What happens to produce by the clock."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from orders.produce import services


@job("produce.settle_lots")
def settle_lots(payload: dict[str, Any], at: dt.datetime) -> None:
    """Lots of a county that nobody can claim anything of any more."""
    while services.settle_lots(county=payload["place"], at=at):
        pass


@job("produce.close_harvests")
def close_harvests(payload: dict[str, Any], at: dt.datetime) -> None:
    """Harvests of a county whose last day is over."""
    while services.close_harvests(county=payload["place"], at=at):
        pass


@job("produce.remind_farmers")
def remind_farmers(payload: dict[str, Any], at: dt.datetime) -> None:
    """Harvests of a county that are expected tomorrow."""
    services.remind_farmers(county=payload["place"], at=at)
