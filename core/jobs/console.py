"""What operators see of jobs: those that stopped, and those that are late."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.jobs.models import Job
from core.language import formatting
from core.web.bars import Bars, count_bars
from core.web.console import Console, Figure, Measured, MenuEntry, Need, Trend

LATE_AFTER = dt.timedelta(minutes=10)
DAYS = 14
READ, RETRY, LIST = "core.read_job", "core.retry_job", "admin:core_job_changelist"


def _late_since() -> str:
    """Of the administration's list: those that are late now."""
    return urlencode({"state__exact": Job.State.WAITING, "run_at__lt": (timezone.now() - LATE_AFTER).isoformat()})


def _stopped(*, user: Any, at: dt.datetime) -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.DEAD) if user.is_staff else Job.objects.none()


def _late(*, user: Any, at: dt.datetime) -> QuerySet[Job]:
    late = Job.objects.filter(state=Job.State.WAITING, run_at__lt=at - LATE_AFTER)
    return late if user.is_staff else Job.objects.none()


def _stopped_now(*, user: Any, at: dt.datetime) -> Measured:
    stopped = Job.objects.filter(state=Job.State.DEAD).aggregate(count=Count("pk"), oldest=Min("run_at"))
    return _measured(stopped, gettext("no job has stopped"), at)


def _late_now(*, user: Any, at: dt.datetime) -> Measured:
    late = Job.objects.filter(state=Job.State.WAITING, run_at__lt=at - LATE_AFTER)
    return _measured(late.aggregate(count=Count("pk"), oldest=Min("run_at")), gettext("no job is late"), at)


def _measured(found: dict[str, Any], none: str, at: dt.datetime) -> Measured:
    if not found["count"]:
        return Measured(0, none, "ok")
    since = formatting.near(timezone.localtime(found["oldest"]), timezone.localtime(at))
    return Measured(found["count"], gettext("oldest %(when)s") % {"when": since}, "bad")


def _by_day(*, user: Any, at: dt.datetime) -> Bars:
    """Jobs that needed more than one attempt, by the day on which they ended."""
    today = timezone.localdate(at)
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    ended = Job.objects.filter(state__in=[Job.State.DONE, Job.State.MISSED], attempts__gt=1)
    recent = ended.filter(finished_at__gte=at - dt.timedelta(days=DAYS)).annotate(day=TruncDate("finished_at"))
    counted = dict(recent.order_by().values_list("day").annotate(count=Count("pk")))
    return count_bars(
        {formatting.short_day(day): counted.get(day, 0) for day in days},
        title=gettext("Jobs that were tried again"),
        period=gettext("Day"),
        counted=gettext("Jobs"),
        note=gettext("%(days)s days. Hatched: today so far.") % {"days": DAYS},
    )


CONSOLE = Console(
    menu=[MenuEntry("system", _("Jobs"), LIST, READ, needs=("jobs.stopped", "jobs.late"))],
    needs=[
        Need("jobs.stopped", _("Stopped jobs"), "alert", RETRY, LIST, _stopped, "run_at", query="state__exact=dead"),
        Need("jobs.late", _("Late jobs"), "clock", RETRY, LIST, _late, "run_at", query=_late_since),
    ],
    figures=[
        Figure("jobs.stopped", _("Stopped jobs"), READ, LIST, _stopped_now, query="state__exact=dead"),
        Figure("jobs.late", _("Late jobs"), READ, LIST, _late_now, query=_late_since),
    ],
    trends=[Trend("jobs.by_day", READ, _by_day)],
)
