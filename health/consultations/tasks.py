"""Clocks of consultations."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from health.consultations.models import Consultation
from health.consultations.services import run_clock


@job("consultations.clock", is_needed=True)
def clock(payload: dict[str, Any], at: dt.datetime) -> None:
    """A clock has run out."""
    run_clock(consultation=Consultation.objects.get(pk=payload["consultation"]), at=at)
