"""Records that may be one person, and what speaks for and against it; everything masked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from stations.people.masking import birth_year, mask_name, mask_phone
from stations.people.models import Person
from stations.people.names import fold_name
from stations.people.queries import village_of

#: Pairs shown at once; those that are decided make room for the next.
PAIRS = 50

# Same name and birth date, or same name and phone, in one county. Different documents are two people; a pair that was
# decided is not offered again.
LIKELY = """
WITH people AS (
    SELECT person.id, person.full_name, person.birth_date, person.phone, person.id_index
      FROM stations_person AS person JOIN stations_station AS station ON station.id = person.home_station_id
     WHERE station.county_id = ANY(%(counties)s) AND person.merged_into_id IS NULL AND person.erased_at IS NULL
), pairs AS (
    SELECT one.id AS one, other.id AS other FROM people AS one JOIN people AS other
        ON other.full_name = one.full_name AND other.birth_date = one.birth_date AND other.id > one.id
       AND (one.id_index IS NULL OR other.id_index IS NULL)
    UNION
    SELECT one.id, other.id FROM people AS one JOIN people AS other
        ON other.full_name = one.full_name AND other.phone = one.phone AND one.phone <> '' AND other.id > one.id
       AND (one.id_index IS NULL OR other.id_index IS NULL)
       AND (one.birth_date IS NULL OR other.birth_date IS NULL
            OR extract(year FROM one.birth_date) = extract(year FROM other.birth_date))
)
SELECT one, other FROM pairs
 WHERE NOT EXISTS (
    SELECT FROM stations_personmerge AS merge
     WHERE (merge.kept_id, merge.merged_id) IN ((one, other), (other, one)) AND merge.status <> 'undone'
 )
 ORDER BY one, other LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records, masked."""

    person: Person
    name: str
    phone: str
    born: int | None
    village: str
    household: str
    station: str

    @classmethod
    def of(cls, person: Person) -> "Side":
        """As the county sees a record: enough to compare, not enough to copy."""
        return cls(
            person=person,
            name=mask_name(person.full_name),
            phone=mask_phone(person.phone),
            born=birth_year(person.birth_date),
            village=village_of(person).short_name,
            household=person.household.number if person.household else "",
            station=person.home_station.name,
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """Something that two records agree on, differ in, or that one of them does not say."""

    what: Any
    one: Any
    other: Any
    status: str
    words: Any


SAME, DIFFERENT, UNKNOWN = ("ok", _("the same")), ("bad", _("different")), ("info", _("missing on one side"))


def likely_pairs(counties: list[int]) -> list[tuple[Side, Side]]:
    """Pairs of records of these counties that may be one person each."""
    if not counties:
        return []
    with connection.cursor() as cursor:
        cursor.execute(LIKELY, {"counties": counties, "most": PAIRS})
        pairs = cursor.fetchall()
    people = {person.pk: Side.of(person) for person in records({pk for pair in pairs for pk in pair})}
    return [(people[one], people[other]) for one, other in pairs]


def records(ids: set[UUID]) -> QuerySet[Person]:
    """Records with all that a comparison shows."""
    return Person.objects.filter(pk__in=ids).select_related("home_station__village", "village", "household")


def compared(one: Person, other: Person) -> list[Compared]:
    """The two side by side. What is hidden is compared whole and shown masked."""
    sides = Side.of(one), Side.of(other)
    rows = [
        (_("Name"), sides[0].name, sides[1].name, fold_name(one.full_name), fold_name(other.full_name)),
        (_("Born"), sides[0].born, sides[1].born, one.birth_date, other.birth_date),
        (_("Phone"), sides[0].phone, sides[1].phone, str(one.phone or ""), str(other.phone or "")),
        (_("Document"), *_document(one, other), _index(one), _index(other)),
        (_("Village"), sides[0].village, sides[1].village, sides[0].village, sides[1].village),
        (_("Household"), sides[0].household, sides[1].household, sides[0].household, sides[1].household),
        (_("Station"), sides[0].station, sides[1].station, sides[0].station, sides[1].station),
    ]
    return [Compared(what, a or "–", b or "–", *_agree(x, y)) for what, a, b, x, y in rows]


def _agree(one: Any, other: Any) -> tuple[str, Any]:
    if not one or not other:
        return UNKNOWN
    return SAME if one == other else DIFFERENT


def _document(one: Person, other: Person) -> tuple[Any, Any]:
    return tuple(person.get_id_kind_display() if person.id_index else "" for person in (one, other))  # type: ignore[return-value]


def _index(person: Person) -> bytes:
    return bytes(person.id_index) if person.id_index else b""
