"""Doing in a test what workers would do."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.utils.timezone import now

from core.gateways.models import Provider
from core.jobs.models import Job
from core.jobs.runner import run_due_jobs
from core.jobs.services import sweep

#: So many jobs may those cause that were due at first; more are a circle.
MOST = 1000


def run_jobs(at: dt.datetime | None = None) -> int:
    """Run every job that is due at this instant, and those they cause, until none is due; returns how many.

    A job that fails makes the test fail, with its own exception as the cause.
    """
    failures: list[tuple[Job, Exception]] = []
    count = try_jobs(at, on_failure=lambda job, error: failures.append((job, error)))
    if failures:
        job, error = failures[0]
        raise AssertionError(f"the job {job} failed") from error
    return count


def try_jobs(at: dt.datetime | None = None, *, on_failure=lambda job, error: None, limit: int | None = None) -> int:
    """The same, for tests in which jobs may fail, or of which only so many are run."""
    instant = at or now()
    sweep(at=instant)
    is_stopping = _messages_wait(instant) if _nobody_carries_messages() else (lambda: False)
    most = MOST + Job.objects.filter(state=Job.State.WAITING, run_at__lte=instant).count()
    count = run_due_jobs(clock=lambda: instant, limit=limit or most, is_stopping=is_stopping, on_failure=on_failure)
    assert count < most, "jobs go on causing jobs that are due at once"
    return count


def _nobody_carries_messages() -> bool:
    return not Provider.objects.filter(code=settings.ECOMNET_SMS_PROVIDER).exists()


def _messages_wait(instant: dt.datetime) -> Callable[[], bool]:
    """Where no company carries messages they wait, by day as they do at night: a test means the same at every hour."""

    def put_off() -> bool:
        due = Job.objects.filter(kind="notices.send_notice", state=Job.State.WAITING, run_at__lte=instant)
        due.update(run_at=instant + dt.timedelta(days=1))
        return False

    return put_off
