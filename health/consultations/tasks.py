"""Clocks of consultations."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from health.consultations.models import Consultation
from health.consultations.services import end_prescriptions, run_clock


@job("consultations.clock", is_needed=True)
def clock(payload: dict[str, Any], at: dt.datetime) -> None:
    """A clock has run out."""
    run_clock(consultation=Consultation.objects.get(pk=payload["consultation"]), at=at)


@job("consultations.end_prescriptions")
def end_over(payload: dict[str, Any], at: dt.datetime) -> None:
    """Prescriptions whose last day has passed are over."""
    end_prescriptions(at=at)
