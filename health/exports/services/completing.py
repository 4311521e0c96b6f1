"""An export begins, and is completed: its files, and what the log of each resident says, in one transaction."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.database.db import lock
from core.files.models import StoredFile
from core.jobs.services import enqueue
from health.exports.models import KEPT_FOR, Export, ExportFile
from health.exports.services.writing import WrittenFile
from health.records.queries import EXPORT_LOOK
from stations.people.models import Person
from stations.people.services import log_reads

BEGINNING_OF_OPEN_WRITES = """
SELECT min(xact_start) FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
#: A row says when it was changed by the clock of a server of ours, and some say when the request came.
CLOCKS_DIFFER = dt.timedelta(seconds=5)
#: Residents whose logs are written at once.
PART = 1000


@transaction.atomic
def begin_export(*, pk: str, at: dt.datetime) -> Export | None:
    """The export, which shows what was written until now; None where nobody waits for it any more.

    A worker that takes it over from one that died begins anew: nothing of the first one is known to anybody.
    """
    export = lock(Export.objects.get(pk=pk))
    if export.status not in {Export.Status.REQUESTED, Export.Status.RUNNING}:
        return None
    export.status, export.transaction_time, export.progress = Export.Status.RUNNING, _all_known_until(at), ""
    export.save(update_fields=["status", "transaction_time", "progress", "updated_at"])
    return export


def _all_known_until(at: dt.datetime) -> dt.datetime:
    """Until when the snapshot has all: what a transaction has written that is still open, it has not.

    Whoever asks for the changes since this instant gets it the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEGINNING_OF_OPEN_WRITES)
        (began,) = cursor.fetchone()
    return min(at, began or at) - CLOCKS_DIFFER


@transaction.atomic
def complete_export(*, export: Export, uploaded: Sequence[tuple[WrittenFile, StoredFile]], at: dt.datetime) -> Export:
    """Let the files be fetched for a day. Of one that was cancelled meanwhile nothing stays."""
    export = lock(export)
    if export.status != Export.Status.RUNNING:
        for _file, stored in uploaded:
            stored.content.delete(save=False)
        return export
    StoredFile.objects.bulk_create(stored for _file, stored in uploaded)
    ExportFile.objects.bulk_create(
        ExportFile(export=export, type=file.kind, stored=stored, line_count=file.count) for file, stored in uploaded
    )
    export.resident_count = _log(export, [file for file, _stored in uploaded], at)
    export.status, export.completed_at, export.progress = Export.Status.COMPLETED, at, ""
    export.save(update_fields=["status", "completed_at", "progress", "resident_count", "updated_at"])
    enqueue(
        "fhir.expire_export",
        dedupe_key=f"export-end:{export.pk}",
        payload={"export": str(export.pk)},
        run_at=at + KEPT_FOR,
    )
    return export


def _log(export: Export, files: Iterable[WrittenFile], at: dt.datetime) -> int:
    """A row for each resident whose data are in the files; how many.

    The database makes each one of them of their many lines: this process holds a part at a time, however many they are.
    """
    count, last = 0, UUID(int=0)
    with connection.cursor() as cursor:
        cursor.execute(_EXPORTED)
        for part in _parts(pk for file in files for pk in file.residents()):
            cursor.execute(_ADDED, [part])
        while part := _after(cursor, last):
            log_reads(user=export.requested_by, people=[Person(pk=pk) for pk in part], what=EXPORT_LOOK, at=at)
            count, last = count + len(part), part[-1]
        cursor.execute("DROP TABLE exported_resident")
    return count


def _after(cursor: CursorWrapper, last: UUID) -> list[UUID]:
    cursor.execute(_NEXT, [last, PART])
    return [pk for (pk,) in cursor.fetchall()]


def _parts(keys: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(keys)
    while part := list(islice(rest, PART)):
        yield part


_EXPORTED = "CREATE TEMPORARY TABLE exported_resident (id uuid PRIMARY KEY) ON COMMIT DROP"
_ADDED = "INSERT INTO exported_resident SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING"
_NEXT = "SELECT id FROM exported_resident WHERE id > %s ORDER BY id LIMIT %s"
