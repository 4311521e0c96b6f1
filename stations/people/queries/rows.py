"""Residents as rows of a list, masked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from stations.people.masking import birth_year, mask_name, mask_national_phone, mask_phone
from stations.people.models import Person, ResidentCard
from stations.places.models import Division


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a search: enough to pick somebody, not enough to copy them."""

    id: UUID
    name_masked: str
    phone_masked: str
    phone_short: str
    village: str
    birth_year: int | None
    home_station: str
    is_own: bool
    has_card: bool
    is_deceased: bool
    is_archived: bool = False
    looks_alike: bool = False
    head_masked: str = ""
    house_number: str = ""
    badges: list[Any] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The id as an address carries it."""
        return str(self.id)

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {
            "id": str(self.id),
            "name_masked": self.name_masked,
            "phone_masked": self.phone_masked,
            "village": self.village,
            "birth_year": self.birth_year,
            "home_station": self.home_station,
            "head_masked": self.head_masked,
            "house_number": self.house_number,
        }


def found_people(ids: Sequence[UUID], *, own: Sequence[int] = ()) -> list[Found]:
    """These residents as rows of a list, masked, in the order given; those who look alike say more of themselves."""
    card = ResidentCard.objects.filter(person=OuterRef("pk"), revoked_at=None)
    people = (
        Person.objects.filter(pk__in=ids)
        .select_related("village", "home_station__village", "household__head", "household__village")
        .annotate(has_card=Exists(card))
    )
    by_id = {person.pk: person for person in people}
    rows = [_row(by_id[pk], own, has_card=by_id[pk].has_card) for pk in ids if pk in by_id]
    twins = Counter(row.name_masked for row in rows)
    return [_distinguished(row, by_id[row.id]) if twins[row.name_masked] > 1 else row for row in rows]


def _row(person: Person, own: Sequence[int], *, has_card: bool) -> Found:
    return Found(
        id=person.pk,
        name_masked=mask_name(person.full_name),
        phone_masked=mask_phone(person.phone),
        phone_short=mask_national_phone(person.phone),
        village=village_of(person).short_name,
        birth_year=birth_year(person.birth_date),
        home_station=person.home_station.name,
        is_own=person.home_station_id in own,
        has_card=has_card,
        is_deceased=person.residence == Person.Residence.DECEASED,
        is_archived=person.archived_at is not None,
    )


def _distinguished(row: Found, person: Person) -> Found:
    household = person.household
    return replace(
        row,
        looks_alike=True,
        head_masked=mask_name(household.head.full_name) if household and household.head else "",
        house_number=household.house_number if household else "",
    )


def village_of(person: Person) -> Division:
    """Where this person lives, or else where their station stands."""
    return person.village or person.home_station.village
