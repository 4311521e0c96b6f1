"""A job that is asked for, for tests."""

import datetime as dt

from core.jobs.models import Job
from core.jobs.services import enqueue

AT = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)


def ask(kind="test.leave_trace", key="once", at=AT, **more):
    enqueue(kind, dedupe_key=key, run_at=at, **more)


def only_job() -> Job:
    return Job.objects.get()
