"""The end of an export: its files are deleted; that it was made, and when, stays known."""

import datetime as dt

from django.db import transaction

from core.database.db import lock
from core.files.services import forget_file
from health.exports.models import Export
from health.exports.queries import is_outdated

_S = Export.Status


@transaction.atomic
def cancel_export(*, export: Export, at: dt.datetime) -> Export:
    """Nobody waits for it any more: the job stops, or its files are deleted. Twice is once."""
    export = lock(export)
    return export if export.ended_at else _end(export, _S.CANCELLED, at)


@transaction.atomic
def expire_export(*, export: Export, at: dt.datetime) -> Export:
    """Delete the files of one that was completed a day ago."""
    export = lock(export)
    return _end(export, _S.EXPIRED, at) if export.status == _S.COMPLETED else export


@transaction.atomic
def end_outdated_export(*, export: Export, at: dt.datetime) -> Export:
    """Delete the files that their reader may have no more; asked for anew, they hold what may be read now."""
    if export.status != _S.COMPLETED or not is_outdated(export, at):
        return export
    return cancel_export(export=export, at=at)


def _end(export: Export, status: str, at: dt.datetime) -> Export:
    files = [file.stored for file in export.files.select_related("stored")]
    export.files.all().delete()
    for file in files:
        forget_file(file)
    export.status, export.ended_at, export.progress = status, at, ""
    export.save(update_fields=["status", "ended_at", "progress", "updated_at"])
    return export
