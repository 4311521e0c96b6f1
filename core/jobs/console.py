"""What operators see of jobs: those that stopped, and those that are late."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.jobs.models import Job
from core.web.console import Console, MenuEntry, Need

LATE_AFTER = dt.timedelta(minutes=10)
READ, RETRY, LIST = "core.read_job", "core.retry_job", "admin:core_job_changelist"


def _stopped(*, user: Any, at: dt.datetime) -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.DEAD) if user.is_staff else Job.objects.none()


def _late(*, user: Any, at: dt.datetime) -> QuerySet[Job]:
    late = Job.objects.filter(state=Job.State.WAITING, run_at__lt=at - LATE_AFTER)
    return late if user.is_staff else Job.objects.none()


CONSOLE = Console(
    menu=[MenuEntry("system", _("Jobs"), LIST, READ, needs=("jobs.stopped", "jobs.late"))],
    needs=[
        Need("jobs.stopped", _("Stopped jobs"), "alert", RETRY, LIST, _stopped, "run_at", query="state__exact=dead"),
        Need("jobs.late", _("Late jobs"), "clock", RETRY, LIST, _late, "run_at", query="state__exact=waiting"),
    ],
)
