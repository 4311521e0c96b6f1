"""The files of an export. Whether a line may be written is asked when it is written, of what holds then.

After all files are stored it is asked once more; a file with a line that may not stand in it any more is made again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedWriter
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, When

from core.access import may
from core.errors import refused_by, refuses
from core.files.models import StoredFile
from core.files.services import upload_lines
from health.exports.models import EXPORT, Export
from health.exports.services.reading import PART, Spool
from stations.accounts.models import User
from stations.people.models import Consent, Person, StandingRecord

#: What a resident must agree to for a line of these types; for those of a record, that a record is kept.
_ANY_PURPOSE = ("health_record", "share_with_hospital", "hospital_registration")
_OUTSIDE_A_RECORD = frozenset({"Patient", "Appointment", "Consent", "AuditEvent"})


class Cancelled(Exception):
    """Nobody waits for this export any more."""


class Line(NamedTuple):
    """A line of a spool; ids as text, `person` empty where nobody's data are in it."""

    pk: str
    person: str
    resource: bytes


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The file of one type on this machine; beside each spool stand the ids of the rows in it."""

    kind: str
    path: Path
    count: int
    spools: Sequence[Spool]

    def residents(self) -> Iterator[UUID]:
        """Whose data stand in it; several times where several lines do."""
        for spool in self.spools:
            with _ids_of(spool).open("rb") as ids:
                yield from (UUID(line.person) for line in map(_line, ids) if line.person)


def write_files(*, export: Export, spools: Sequence[Spool], folder: Path) -> list[WrittenFile]:
    """A file for each type that has lines. Raises `Cancelled`."""
    by_kind = groupby(sorted(spools, key=lambda spool: spool.kind), key=lambda spool: spool.kind)
    written = [_write(export, kind, list(those), folder) for kind, those in by_kind]
    return [file for file in written if file.count]


@refuses(*refused_by(upload_lines))
def upload_files(
    *, export: Export, written: Sequence[WrittenFile], folder: Path, at: dt.datetime
) -> list[tuple[WrittenFile, StoredFile]]:
    """Bring them to the storage; the rows are saved when the export is completed. Raises `Cancelled`."""
    uploaded = [(file, _upload(export, file, at)) for file in written]
    while stale := [pair for pair in uploaded if not _still_holds(export, pair[0])]:
        fresh = []
        for file, stored in stale:
            stored.content.delete(save=False)
            again = _write(export, file.kind, file.spools, folder)
            fresh += [(again, _upload(export, again, at))] if again.count else []
        uploaded = [pair for pair in uploaded if pair not in stale] + fresh
    return uploaded


def _upload(export: Export, file: WrittenFile, at: dt.datetime) -> StoredFile:
    with file.path.open("rb") as lines:
        return upload_lines(lines=lines, by=export.requested_by_id, at=at)


def _write(export: Export, kind: str, spools: Sequence[Spool], folder: Path) -> WrittenFile:
    path, count = folder / f"{kind}.ndjson", 0
    with path.open("wb") as out:
        for spool in spools:
            with spool.path.open("rb") as lines, _ids_of(spool).open("wb") as ids:
                for part in _parts(lines):
                    count += _write_part(export, spool, part, out, ids)
                    _tell(export, kind, count)
    return WrittenFile(kind, path, count, spools)


def _write_part(export: Export, spool: Spool, part: Sequence[Line], out: BufferedWriter, ids: BufferedWriter) -> int:
    permitted = _permitted(export, spool, part)
    for line in part:
        if line.pk in permitted:
            out.write(line.resource)
            ids.write(f"{line.pk}\t{line.person}\t\n".encode())
    return len(permitted)


def _tell(export: Export, kind: str, count: int) -> None:
    """How far it is. Raises `Cancelled`."""
    running = Export.objects.filter(pk=export.pk, status=Export.Status.RUNNING)
    if not running.update(progress=f"{kind}: {count}"):
        raise Cancelled


def _still_holds(export: Export, file: WrittenFile) -> bool:
    """Whether every line of a file might still be written."""
    for spool in file.spools:
        with _ids_of(spool).open("rb") as ids:
            for part in _parts(ids):
                if len(_permitted(export, spool, part)) != len(part):
                    return False
    return True


def _permitted(export: Export, spool: Spool, part: Sequence[Line]) -> set[str]:
    """The rows that the person who asked may read now, and whose residents agree now."""
    spool.on_part()
    user = User.objects.get(pk=export.requested_by_id)
    if not (user.is_active and may(user, EXPORT)):
        return set()
    rows = spool.source.reach(spool.source.rows(), user).filter(pk__in=[line.pk for line in part])
    readable = {str(pk) for pk in rows.values_list("pk", flat=True)}
    agreeing = _agreeing(spool.kind, {line.person for line in part if line.person})
    return {line.pk for line in part if line.pk in readable and (not line.person or line.person in agreeing)}


def _agreeing(kind: str, people: set[str]) -> set[str]:
    purposes = _ANY_PURPOSE if kind in _OUTSIDE_A_RECORD else _ANY_PURPOSE[:1]
    # Of a record that became part of another, what is agreed to there decides.
    stands = Case(When(merged_into=None, then="pk"), default=StandingRecord("pk"))
    given = Consent.objects.filter(person=OuterRef("stands"), purpose__in=purposes, withdrawn_at=None)
    agreeing = Person.objects.filter(pk__in=people).alias(stands=stands).filter(Exists(given))
    return {str(pk) for pk in agreeing.values_list("pk", flat=True)}


def _parts(lines: Iterable[bytes]) -> Iterator[list[Line]]:
    rest = map(_line, lines)
    while part := list(islice(rest, PART)):
        yield part


def _ids_of(spool: Spool) -> Path:
    return spool.path.with_suffix(".ids")


def _line(text: bytes) -> Line:
    pk, person, resource = text.split(b"\t", 2)
    return Line(pk.decode(), person.decode(), resource)
