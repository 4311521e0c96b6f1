"""Clocks of safeguarding."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.safeguarding import services


@job("safeguarding.clock_concern")
def clock_concern(payload: dict[str, Any], at: dt.datetime) -> None:
    """Concerns that nobody took on in time call the region above."""
    services.escalate_overdue(at=at)


@job("safeguarding.watch_vettings")
def watch_vettings(payload: dict[str, Any], at: dt.datetime) -> None:
    """The county is told of vettings that end soon."""
    services.warn_of_ending(at=at)


@job("safeguarding.expire_consents")
def expire_consents(payload: dict[str, Any], at: dt.datetime) -> None:
    """Guardians and partners are reminded before a consent ends."""
    services.remind_of_consents(zone=payload["place"], at=at)
