"""All rows of an export, read from one snapshot into files of this machine, which nobody else sees.

A line holds the ids of its row and of its resident before the resource, so that it can be asked again, when it is
written for good, whether it may be. Rows are read in parts by their key: the memory that is needed does not grow with
them, except for the ids of the doctors, places and slots that they refer to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from core.jobs.garbage import look_now
from health.exports.groups import ResidentGroup
from health.exports.models import Export
from health.fhir.filters import key_of
from health.fhir.kinds import ResourceType, Source
from health.fhir.queries import person_of, references_in
from health.fhir.table import TYPES
from health.fhir.wire import Resource, dumps
from stations.accounts.models import User

#: Rows that are read, or asked about, at once.
PART = 500
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

Key = UUID | int


@dataclass(frozen=True, slots=True)
class Spool:
    """The lines of one source of a type. `on_part` is called whenever some of them were asked about."""

    kind: str
    source: Source
    path: Path
    count: int
    on_part: Callable[[], None]


def spool_export(*, export: Export, folder: Path, on_part: Callable[[], None] = lambda: None) -> list[Spool]:
    """Read what the person may read who asked for it: records, and the hospitals and doctors that they refer to.

    `on_part` is called whenever it has come further, also when the lines are written.
    """
    with _one_snapshot():
        reading = _Reading(export, folder, on_part)
        spools = [spool for kind in TYPES.values() if _is_of_residents(kind) for spool in reading.records(kind)]
        return [spool for spool in [*spools, *reading.directory()] if spool.count]


def _is_of_residents(kind: ResourceType) -> bool:
    return all(source.person for source in kind.sources)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SNAPSHOT)
        yield


class _Reading:
    """One export while it is read, and what has been referred to so far."""

    def __init__(self, export: Export, folder: Path, on_part: Callable[[], None]) -> None:
        self._folder, self._on_part = folder, on_part
        self._wanted = frozenset(export.types or TYPES)
        self._user: User = export.requested_by
        self._since = export.since
        self._group = ResidentGroup(export.division, export.programme) if export.division else None
        self._referred: dict[str, set[Key]] = defaultdict(set)

    def records(self, kind: ResourceType) -> list[Spool]:
        """The rows about residents, where this type is wanted."""
        if kind.name not in self._wanted:
            return []
        return [self._spool(kind.name, number, source) for number, source in enumerate(kind.sources)]

    def directory(self) -> list[Spool]:
        """Hospitals, doctors and slots that were referred to, and what these refer to, until nothing is new."""
        spools: list[Spool] = []
        known: dict[str, set[Key]] = defaultdict(set)
        while new := {kind: keys - known[kind] for kind, keys in self._referred.items() if keys - known[kind]}:
            for kind, keys in new.items():
                known[kind] |= keys
                for number, source in enumerate(TYPES[kind].sources):
                    spools.append(self._spool_referred(kind, f"{number}-{len(spools)}", source, sorted(keys, key=str)))
        return spools

    def _spool(self, kind: str, number: int, source: Source) -> Spool:
        changed = Q(fhir_updated_at__gte=self._since) if self._since else Q()
        rows = source.reach(source.rows(), self._user).filter(changed)
        if self._group:
            rows = rows.filter(**{f"{source.person}__in": self._group.residents().values("pk")})
        return self._written(kind, str(number), source, _parts(rows))

    def _spool_referred(self, kind: str, number: str, source: Source, keys: list[Key]) -> Spool:
        rows = source.reach(source.rows(), self._user)
        parts = (list(rows.filter(pk__in=keys[at : at + PART])) for at in range(0, len(keys), PART))
        return self._written(kind, number, source, parts)

    def _written(self, kind: str, number: str, source: Source, parts: Iterator[list[Any]]) -> Spool:
        path, count = self._folder / f"{kind}.{number}.spool", 0
        with path.open("wb") as lines:
            for part in parts:
                for row in part:
                    resource = source.resource(row)
                    self._note_references(resource)
                    if kind in self._wanted and self._is_changed(row):
                        lines.write(line_of(row.pk, person_of(source, row), resource))
                        count += 1
                self._on_part()
                if len(part) == PART:  # more come
                    look_now()
        return Spool(kind, source, path, count, self._on_part)

    def _is_changed(self, row: Any) -> bool:
        return self._since is None or row.fhir_updated_at >= self._since

    def _note_references(self, resource: Resource) -> None:
        for text in references_in(resource, ()):
            kind, _slash, pk = text.partition("/")
            key = key_of(kind, pk)
            if key is not None and kind in TYPES and not _is_of_residents(TYPES[kind]):
                self._referred[kind].add(key)


def line_of(pk: Key, person: UUID | None, resource: Resource) -> bytes:
    """The ids of row and resident, then the resource; JSON holds no tabulator."""
    return f"{pk}\t{person or ''}\t".encode() + dumps(resource) + b"\n"


def _parts(rows: QuerySet) -> Iterator[list[Model]]:
    """By key: a server-side cursor would need a session of its own, which a pooler does not give."""
    part = list(rows.order_by("pk")[:PART])
    while part:
        yield part
        part = list(rows.filter(pk__gt=part[-1].pk).order_by("pk")[:PART]) if len(part) == PART else []
