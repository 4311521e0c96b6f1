"""Many residents at once: set-based, for a county's first list and for the demonstration.

Twenty thousand people with their keys, households and guardians take seconds. Rows are trusted: the one who calls has
checked phones and numbers. One transaction, all or nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import now

from core.crypto import new_data_key
from core.database.db import copy_rows, lock
from core.days import day_in
from core.fields import uuid7
from stations.accounts.models import User
from stations.network.models import Station
from stations.people import identity
from stations.people.models import Guardianship, Household, Membership, NameKey, Person, PersonKey
from stations.people.names import fold_name, name_keys
from stations.people.phones import reverse
from stations.people.queries import age_on
from stations.people.services.consents import AGREES_FROM_AGE
from stations.people.services.guardians import ADULT_AGE
from stations.people.services.households import last_household_number
from stations.people.services.registration import surname_readings
from stations.places.models import Division

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class NewResident:
    """One person of a list. `phone` is E.164, `id_number` a resident's number, both may be empty."""

    full_name: str
    relation: str = Membership.Relation.HEAD
    sex: str = Person.Sex.UNKNOWN
    birth_date: dt.date | None = None
    phone: str = ""
    id_number: str = ""
    residence: str = Person.Residence.RESIDENT
    served_at: dt.datetime | None = None
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """People who live together; exactly one of them is the head."""

    station: Station
    village: Division
    members: Sequence[NewResident]
    house_number: str = ""
    address_line: str = ""


@dataclass(frozen=True, slots=True)
class _Home:
    """A household with its number."""

    new: NewHousehold
    number: str
    day: dt.date
    id: UUID


@dataclass(frozen=True, slots=True)
class _Lodger:
    """Somebody who lives there."""

    member: NewResident
    home: _Home
    id: UUID
    key: bytes


@transaction.atomic
def load_people(households: Iterable[NewHousehold], *, at: dt.datetime, confirmed_by: Any = None) -> int:
    """Register these households and everybody in them; returns the number of people.

    Households are numbered per county under its lock. Children under 14 get the oldest adult of their household as
    guardian, confirmed by `confirmed_by` when given. Stations come with `county` loaded.
    """
    readings = surname_readings()
    counters: dict[int, Iterator[str]] = {}
    rest, loaded = iter(households), 0
    while batch := list(islice(rest, BATCH)):
        loaded += _load(batch, counters, readings, at, confirmed_by)
    return loaded


def _load(
    batch: list[NewHousehold],
    counters: dict[int, Iterator[str]],
    readings: dict[str, list[str]],
    at: dt.datetime,
    by: User,
) -> int:
    homes = [_home(new, counters, at) for new in batch]
    lodgers = [_Lodger(member, home, uuid7(), new_data_key()) for home in homes for member in home.new.members]
    _copy_households(homes)
    _copy_people(lodgers)
    _copy_memberships(lodgers)
    _name_heads(homes)
    _copy_keys(lodgers, readings)
    if by is not None:
        Guardianship.objects.bulk_create(_guardianships(lodgers, by), batch_size=BATCH)
    return len(lodgers)


def _home(new: NewHousehold, counters: dict[int, Iterator[str]], at: dt.datetime) -> _Home:
    county = new.station.county
    if county.pk not in counters:
        counters[county.pk] = _numbers(county)
    return _Home(new, next(counters[county.pk]), day_in(new.station.zone, at), uuid7())


def _numbers(county: Division) -> Iterator[str]:
    lock(county)
    prefix, last = last_household_number(county)
    while True:
        last += 1
        yield f"{prefix}{last:07d}"


WRITTEN = ("created_at", "updated_at")
HOUSEHOLD = ("id", "number", "village_id", "address_line", "house_number", "home_station_id", "formed_date", *WRITTEN)
PERSON = (
    *("id", "full_name", "preferred_name", "sex", "birth_date", "birth_precision", "household_id", "village_id"),
    *("home_station_id", "phone", "phone_reversed", "id_kind", "id_cipher", "id_key_no", "id_index", "language"),
    *("residence", "is_walk_in", "last_served_at", *WRITTEN),
)
PERSON_KEY = ("person_id", "key", *WRITTEN)
MEMBERSHIP = ("person_id", "household_id", "relation", "from_date", *WRITTEN)
NAME_KEY = ("person_id", "station_id", "county_id", "kind", "key", "name", "served_at", *WRITTEN)


def _copy_households(homes: list[_Home]) -> None:
    written = (now(),) * 2
    rows = (
        (
            *(home.id, home.number, home.new.village.pk, home.new.address_line, home.new.house_number),
            *(home.new.station.pk, home.day, *written),
        )
        for home in homes
    )
    copy_rows(Household, HOUSEHOLD, rows)


def _copy_people(lodgers: list[_Lodger]) -> None:
    written = (now(),) * 2
    copy_rows(Person, PERSON, ((*_person(lodger), *written) for lodger in lodgers))
    keys = ((lodger.id, lodger.key, *written) for lodger in lodgers if lodger.member.id_number)
    copy_rows(PersonKey, PERSON_KEY, keys)


def _person(lodger: _Lodger) -> tuple[Any, ...]:
    member, new = lodger.member, lodger.home.new
    sealed = (
        identity.seal_with(lodger.key, "resident_id", member.id_number) if member.id_number else identity.NO_IDENTITY
    )
    precision = Person.BirthPrecision.DAY if member.birth_date else Person.BirthPrecision.UNKNOWN
    kind = Person.IdKind.RESIDENT_ID if member.id_number else Person.IdKind.NONE
    return (
        *(lodger.id, member.full_name, "", member.sex, member.birth_date, precision, lodger.home.id, new.village.pk),
        *(new.station.pk, member.phone, reverse(member.phone), kind, sealed.cipher, sealed.key_no, sealed.index),
        *(member.language, member.residence, False, member.served_at),
    )


def _copy_memberships(lodgers: list[_Lodger]) -> None:
    written = (now(),) * 2
    rows = ((who.id, who.home.id, who.member.relation, who.home.day, *written) for who in lodgers)
    copy_rows(Membership, MEMBERSHIP, rows)


def _name_heads(homes: list[_Home]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE stations_household AS home SET head_id = member.person_id
               FROM stations_membership AS member
               WHERE member.household_id = home.id AND member.relation = 'head' AND home.id = ANY(%s)""",
            [[home.id for home in homes]],
        )


def _copy_keys(lodgers: list[_Lodger], readings: dict[str, list[str]]) -> None:
    written = (now(),) * 2
    known: dict[str, list[tuple[str, str, str]]] = {}  # many share a name

    def rows() -> Iterator[tuple[Any, ...]]:
        for who in lodgers:
            name, station = who.member.full_name, who.home.new.station
            if name not in known:
                made, folded = name_keys(name, readings), fold_name(name)
                known[name] = [(kind, key, folded) for kind in made._fields for key in getattr(made, kind)]
            for key in known[name]:
                yield (who.id, station.pk, station.county_id, *key, who.member.served_at, *written)

    copy_rows(NameKey, NAME_KEY, rows())


def _guardianships(lodgers: list[_Lodger], by: User) -> Iterator[Guardianship]:
    """The oldest adult of the household answers for each child in it."""
    adults: dict[UUID, _Lodger] = {}
    for who in lodgers:
        if (age_on(who.member.birth_date, who.home.day) or 0) >= ADULT_AGE:
            adults[who.home.id] = min(adults.get(who.home.id, who), who, key=_born)
    for who in lodgers:
        age, guardian = age_on(who.member.birth_date, who.home.day), adults.get(who.home.id)
        if age is not None and age < AGREES_FROM_AGE and guardian:
            years = age_on(guardian.member.birth_date, _born(who)) or 0
            kind = "grandparent" if years >= 40 else "parent"
            yield Guardianship(
                child_id=who.id, guardian_id=guardian.id, kind=kind, from_date=who.home.day, confirmed_by=by
            )


def _born(who: _Lodger) -> dt.date:
    """When one was born of whom that is known; nobody without a birth date has an age."""
    return who.member.birth_date or dt.date.max
