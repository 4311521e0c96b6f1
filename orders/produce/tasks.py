"""What happens to produce by the clock."""

import datetime as dt
from typing import Any

from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from orders.produce import services


@job("produce.settle_lots")
def settle_lots(payload: dict[str, Any], at: dt.datetime) -> None:
    """Lots of a county that nobody can claim anything of any more are settled, by jobs (`place`, `zone`, `date`)."""
    night = f"{payload['zone']}:{payload['date']}"
    services.schedule_settlements(county=payload["place"], night=night, at=at)


@calling_job("produce.settle_due_lots")
def settle_due_lots(running: RunningJob) -> None:
    """Settle what is due in a county (`county`), a few lots in a transaction of its own.

    Several share the lots; one that is killed goes on where it stopped.
    """
    while services.settle_lots(county=running.payload["county"], at=running.at):
        running.still_working()
    with running.finishing():
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
