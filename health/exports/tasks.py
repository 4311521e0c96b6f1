"""Exports are made, and their files deleted after a day."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from health.exports import services
from health.exports.models import Export


@calling_job("fhir.run_export")
def run_export(job: RunningJob) -> None:
    """Read from one snapshot, write, store, complete; one that was cancelled ends here."""
    export = services.begin_export(pk=job.payload["export"], at=job.at)
    if export is None:
        with job.finishing():
            return
    with TemporaryDirectory(prefix="ecomnet-export-") as name:
        folder = Path(name)
        spools = services.spool_export(export=export, folder=folder, on_part=job.still_working)
        try:
            written = services.write_files(export=export, spools=spools, folder=folder)
            uploaded = services.upload_files(export=export, written=written, folder=folder, at=job.clock())
        except services.Cancelled:
            with job.finishing():
                return
        with job.finishing() as at:
            services.complete_export(export=export, uploaded=uploaded, at=at)


@job("fhir.expire_export")
def expire_export(payload: dict[str, Any], at: dt.datetime) -> None:
    """A day after it was completed."""
    services.expire_export(export=Export.objects.get(pk=payload["export"]), at=at)
