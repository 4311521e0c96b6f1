"""The calls to hospitals' systems: made here, outside any transaction."""

import datetime as dt
from typing import Any

import structlog

from core.gateways.client import outcome_of
from core.gateways.results import Malformed
from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from health.hospitals import schedules
from health.hospitals.calling import content_of
from health.hospitals.models import Hospital

logger = structlog.get_logger(__name__)


@job("hospitals.plan_clinics")
def plan_clinics(payload: dict[str, Any], at: dt.datetime) -> None:
    """Have each hospital with a system asked for its clinics."""
    schedules.plan_clinics(at=at)


@calling_job("hospitals.fetch_clinics")
def fetch_clinics(running: RunningJob) -> None:
    """Ask one hospital for its clinics; without a whole answer the calendar stays, and the next quarter asks again."""
    hospital = Hospital.objects.select_related("system").get(pk=running.payload["hospital"])
    system = hospital.system
    if system is None:
        with running.finishing():
            return
    ending = outcome_of(system, "GET", schedules.path_of(hospital, at=running.at), b"")
    with running.finishing() as at:
        content = content_of(system, ending, at=at)
        if content is None:
            return
        try:
            clinics = schedules.read_clinics(content)
        except Malformed as error:
            logger.warning("clinics_not_read", hospital=hospital.code, error=str(error))
            return
        schedules.store_clinics(hospital=hospital, clinics=clinics, at=at)
