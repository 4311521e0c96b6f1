"""Deleting what has outlived its use."""

from core.jobs.registry import calling_job
from core.jobs.runner import RunningJob
from core.retention import services


@calling_job("retention.forget_old_rows")
def forget_old_rows(running: RunningJob) -> None:
    """Every hour, in batches that commit by themselves: what was deleted stays deleted when a later batch fails."""
    services.forget_old_rows(at=running.at, after_batch=running.still_working)
    with running.finishing():
        return
