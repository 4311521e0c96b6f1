"""Rows that a reader may read, one or a page of them, and what they refer to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, Model, Q

from core.web.pagination import CursorInvalid
from health.fhir.filters import key_of
from health.fhir.kinds import ResourceType, Source
from health.fhir.table import TYPES
from health.fhir.wire import Json, Resource
from stations.accounts.models import User


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as a resource, and the resident it is about."""

    resource: Resource
    person: UUID | None


@dataclass(frozen=True, slots=True)
class Ask:
    """A source with what is asked of it."""

    source: Source
    condition: Q


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in the order of sources and ids, and where the next page begins; empty where there is none."""

    shown: Sequence[Shown]
    position: str


def shown_row(source: Source, row: Model) -> Shown:
    """A row as a resource."""
    return Shown(source.resource(row), person_of(source, row))


def person_of(source: Source, row: Model) -> UUID | None:
    """The resident whose data a row holds."""
    return attrgetter(source.person.replace("__", "."))(row) if source.person else None


def find(kind: ResourceType, pk: str, user: User) -> Shown | None:
    """One resource that the reader may read."""
    key = key_of(kind.name, pk)
    for source in kind.sources if key is not None else ():
        row = source.reach(source.rows(), user).filter(pk=key).first()
        if row is not None:
            return shown_row(source, row)
    return None


def persons_refused(kind: ResourceType, ids: Iterable[str], user: User) -> set[UUID]:
    """Whose data stand under these ids and are not for this reader; as many statements for many ids as for one."""
    keys = {key_of(kind.name, pk) for pk in ids} - {None}
    found: set[UUID | None] = set()
    for source in kind.sources if keys else ():
        if source.person:
            rows = source.rows().filter(pk__in=keys)
            reached = set(source.reach(rows, user).values_list("pk", flat=True))
            found |= {person_of(source, row) for row in rows if row.pk not in reached}
    return {person for person in found if person is not None}


def page_of(asks: Sequence[Ask], user: User, *, count: int, position: str = "") -> Page:
    """So many rows from a position on. Raises `CursorInvalid`.

    A position is `<number of the source>:<id of the last row>:<id of the newest row that is shown of a source that
    grows by reading>`: else each page would add rows for another one, and none were the last.
    """
    number, last, newest = [*position.split(":"), ""][:3] if position else ("0", "", _newest(asks))
    first = int(number)
    found: list[tuple[int, Model]] = []
    for at, ask in enumerate(asks[first:], start=first):
        rows = ask.source.reach(ask.source.rows(), user).filter(ask.condition).order_by("pk")
        if ask.source.grows_by_reading:
            rows = rows.filter(pk__lte=_key(rows.model, newest))
        if at == first and last:
            rows = rows.filter(pk__gt=_key(rows.model, last))
        found += [(at, row) for row in rows[: count + 1 - len(found)]]
        if len(found) > count:
            break
    rest, found = found[count:], found[:count]
    shown = [shown_row(asks[at].source, row) for at, row in found]
    return Page(shown, f"{found[-1][0]}:{found[-1][1].pk}:{newest}" if rest else "")


def _newest(asks: Sequence[Ask]) -> str:
    """The id of the newest row of the source that grows by reading; empty where none is asked."""
    for ask in asks:
        if ask.source.grows_by_reading:
            return str(ask.source.rows().model._base_manager.aggregate(newest=Max("pk"))["newest"] or 0)
    return ""


def _key(model: type[Model], text: str) -> Any:
    """The id of a row: a position that was given for other types of resources may hold none."""
    try:
        return model._meta.pk.to_python(text)
    except ValidationError as error:
        raise CursorInvalid from error


def referred(resources: Iterable[Resource], user: User, elements: Sequence[str], kinds: Iterable[str]) -> list[Shown]:
    """What these resources refer to in the named elements, as far as the reader may read it; each once."""
    known = {f"{each['resourceType']}/{each['id']}" for each in resources}
    wanted: dict[str, set[Any]] = defaultdict(set)
    for resource in resources:
        for text in references_in(resource, elements):
            kind, _slash, pk = text.partition("/")
            key = key_of(kind, pk)
            if text not in known and key is not None and kind in kinds:
                wanted[kind].add(key)
    return [
        shown_row(source, row)
        for kind, keys in wanted.items()
        for source in TYPES[kind].sources
        for row in source.reach(source.rows(), user).filter(Q(pk__in=keys)).order_by("pk")
    ]


def references_in(resource: Resource, elements: Sequence[str]) -> Iterator[str]:
    """The relative references in elements such as `participant.actor`; in all where none is named."""
    for element in elements:
        yield from _references(_values_at(resource, element.split(".")))
    if not elements:
        yield from _references(resource)


def _values_at(value: Json, path: Sequence[str]) -> Json:
    if isinstance(value, list):
        return [_values_at(each, path) for each in value]
    if not path or not isinstance(value, dict):
        return value if not path else []
    return _values_at(value.get(path[0], []), path[1:])


def _references(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield str(value["reference"])
        for each in value.values():
            yield from _references(each)
