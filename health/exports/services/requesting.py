"""An export is asked for; a job makes it."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.jobs.services import enqueue
from health.exports.groups import ResidentGroup
from health.exports.models import Export
from health.exports.queries import has_failed
from health.exports.services.ending import cancel_export
from stations.accounts.models import User


class ExportRunning(Refused):
    """One person has one export at a time."""

    code = "export_running"
    status = 429
    message = _("Another export of yours is being made. Wait until it is completed, or cancel it.")
    retry_after = 30


@refuses(ExportRunning)
@transaction.atomic
def request_export(
    *,
    group: ResidentGroup | None,
    types: Sequence[str],
    since: dt.datetime | None,
    address: str,
    by: User,
    at: dt.datetime,
) -> Export:
    """Ask for the data of a group, or of all residents, that this person may read; the same again is the same export.

    One that could not be made is given up for the new one. Raises `ExportRunning` (429).
    """
    lock(by)
    unfinished = Export.objects.filter(requested_by=by.pk).unfinished().first()
    if unfinished is not None and has_failed(unfinished):
        cancel_export(export=unfinished, at=at)
    elif unfinished is not None:
        if unfinished.address != address:
            raise ExportRunning
        return unfinished
    export = Export.objects.create(
        requested_by=by,
        requested_at=at,
        address=address,
        division=group.division if group else None,
        programme=group.programme if group else "",
        types=list(types),
        since=since,
    )
    enqueue(
        "fhir.run_export",
        dedupe_key=f"export:{export.pk}",
        payload={"export": str(export.pk)},
        run_at=at,
        is_patient=True,
    )
    return export
