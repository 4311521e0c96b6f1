"""What a search asks for, read from its address."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from health.fhir.filters import NOTHING, Filter, ValueInvalid, instants, key_of
from health.fhir.kinds import ResourceType, Source

USUAL_COUNT, MOST_COUNT = 50, 200
#: Say how an answer is made, not what is searched for.
OF_THE_ANSWER = frozenset({"_count", "_cursor", "_format", "_pretty", "_include"})
UPDATED = instants("fhir_updated_at")


@dataclass(frozen=True, slots=True)
class Search:
    """`criteria`: each parameter with the values of which one must hold; `unknown`: what this type does not know."""

    kind: ResourceType
    criteria: tuple[tuple[str, tuple[str, ...]], ...]
    count: int
    includes: tuple[str, ...]
    unknown: tuple[str, ...]

    def condition(self, source: Source) -> Q:
        """That every criterion is fulfilled by a row of a source."""
        found = Q()
        for name, values in self.criteria:
            found &= condition_of(self.kind.name, source, name, values)
        return found

    def values_of(self, name: str) -> Iterator[str]:
        """What was asked for under a name."""
        for given, values in self.criteria:
            if given == name:
                yield from values


def condition_of(kind: str, source: Source, name: str, values: tuple[str, ...]) -> Q:
    """That one of the values holds. Raises `ValidationError` (400)."""
    found = NOTHING
    for value in values:
        try:
            found |= filter_of(kind, source, name).condition(value)
        except ValueInvalid as error:
            raise ValidationError({name: [_("This value is not possible here.")]}) from error
    return found


def filter_of(kind: str, source: Source, name: str) -> Filter:
    """A parameter of the type, or of all types."""
    if name == "_id":
        return Filter("token", lambda value: NOTHING if (key := key_of(kind, value)) is None else Q(pk=key))
    return UPDATED if name == "_lastUpdated" else source.filters[name]


def search_of(kind: ResourceType, asked: QueryDict, *, is_strict: bool) -> Search:
    """A search as it was asked for. Raises `ValidationError` (400), also for what is unknown where that is strict."""
    known = {*kind.parameters, "_id", "_lastUpdated"}
    criteria, unknown = [], []
    for name in asked:
        if name in OF_THE_ANSWER:
            continue
        # A parameter without a value would be passed over, and all be answered.
        if name not in known or not all(asked.getlist(name)):
            unknown.append(name)
            continue
        criteria += [(name, tuple(filter(None, given.split(",")))) for given in asked.getlist(name)]
    includes = _includes(kind, asked.getlist("_include"), unknown)
    return Search(kind, tuple(criteria), count_of(asked), includes, tuple(refuse_unknown(unknown, is_strict=is_strict)))


def refuse_unknown(names: Iterable[str], *, is_strict: bool) -> list[str]:
    """The parameters that are passed over, which is said. Raises `ValidationError` (400) where that is strict."""
    unknown = sorted(names)
    if unknown and is_strict:
        raise ValidationError({name: [_("This search does not know this parameter.")] for name in unknown})
    return unknown


def _includes(kind: ResourceType, given: list[str], unknown: list[str]) -> tuple[str, ...]:
    """The elements whose references are followed; what cannot be followed is unknown."""
    found = []
    for each in given:
        name, _colon, parameter = each.partition(":")
        if name == kind.name and parameter in kind.includes:
            found.append(kind.includes[parameter])
        else:
            unknown.append(f"_include={each}")
    return tuple(dict.fromkeys(found))


def count_of(asked: QueryDict) -> int:
    """How many fit on a page: 1 to 200. Raises `ValidationError` (400)."""
    text = asked.get("_count", str(USUAL_COUNT))
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6) or int(text) == 0:
        raise ValidationError({"_count": [_("This value is not possible here.")]})
    return min(int(text), MOST_COUNT)
