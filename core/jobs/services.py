"""Enqueueing work, and doing it."""

import datetime as dt
from typing import Any

from core.jobs.models import Job


def enqueue(
    kind: str,
    *,
    dedupe_key: str,
    run_at: dt.datetime,
    payload: dict[str, Any] | None = None,
    use_by: dt.datetime | None = None,
) -> None:
    """Write a job in the caller's transaction; the same dedupe key again writes nothing."""
    Job.objects.bulk_create(
        [Job(kind=kind, dedupe_key=dedupe_key, payload=payload or {}, run_at=run_at, use_by=use_by)],
        ignore_conflicts=True,
    )
