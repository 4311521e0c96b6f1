"""Clocks of appointments."""

import datetime as dt
from typing import Any

import structlog

from core.gateways.client import outcome_of
from core.gateways.results import Malformed
from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from health.appointments import services
from health.appointments.queries import appointments
from health.appointments.services import settle_fee
from health.hospitals.calling import content_of
from health.hospitals.models import Hospital

logger = structlog.get_logger(__name__)


@job("appointments.plan_lists")
def plan_lists(payload: dict[str, Any], at: dt.datetime) -> None:
    """Have each hospital with a system asked for the registrations of its tomorrow."""
    services.plan_lists(at=at)


@job("appointments.chase_calls")
def chase_calls(payload: dict[str, Any], at: dt.datetime) -> None:
    """Ask again for calls that a station has not made."""
    services.chase_calls(at=at)


@calling_job("appointments.fetch_list")
def fetch_list(running: RunningJob) -> None:
    """Ask one hospital for the registrations of a date; without a whole list nothing is compared."""
    hospital = Hospital.objects.select_related("system").get(pk=running.payload["hospital"])
    system, date = hospital.system, dt.date.fromisoformat(running.payload["date"])
    if system is None:
        with running.finishing():
            return
    ending = outcome_of(system, "GET", f"/v1/registrations?date={date}", b"")
    with running.finishing() as at:
        content = content_of(system, ending, at=at)
        if content is None:
            return
        try:
            lines = services.read_list(content)
        except Malformed as error:
            logger.warning("list_not_read", hospital=hospital.code, error=str(error))
            return
        services.compare_registrations(hospital=hospital, date=date, lines=lines, at=at)


@job("appointments.settle_absence", is_needed=True)
def settle_absence(payload: dict[str, Any], at: dt.datetime) -> None:
    """Nobody has said within a day that the patient came after all: the fee is settled."""
    settle_fee(appointment=appointments().get(pk=payload["appointment"]), at=at)
