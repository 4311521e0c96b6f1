"""Clocks of appointments."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from health.appointments.queries import appointments
from health.appointments.services import settle_fee


@job("appointments.settle_absence", is_needed=True)
def settle_absence(payload: dict[str, Any], at: dt.datetime) -> None:
    """Nobody has said within a day that the patient came after all: the fee is settled."""
    settle_fee(appointment=appointments().get(pk=payload["appointment"]), at=at)
