"""Many residents at once: set-based, for a county's first list and for the demonstration.

Twenty thousand people with their keys, households and guardians take seconds. Rows are trusted: whoever calls has
checked phones and numbers. One transaction, all or nothing.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from core.days import day_in
from core.db import lock
from stations.people import identity
from stations.people.models import Guardianship, Household, Membership, NameKey, Person
from stations.people.phones import reverse
from stations.people.queries import age_on
from stations.people.services.consents import AGREES_FROM_AGE
from stations.people.services.guardians import ADULT_AGE
from stations.people.services.households import last_household_number
from stations.people.services.registration import keys_of, surname_readings

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

    station: Any
    village: Any
    members: Sequence[NewResident]
    house_number: str = ""
    address_line: str = ""


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
    batch: list[NewHousehold], counters: dict[int, Iterator[str]], readings: dict[str, list[str]], at: Any, by: Any
) -> int:
    homes, people, memberships = [], [], []
    for new in batch:
        home = _household(new, counters, at)
        lodgers = [_person(new, member, home) for member in new.members]
        homes.append(home)
        people += lodgers
        memberships += [
            Membership(person=person, household=home, relation=member.relation, from_date=home.formed_date)
            for person, member in zip(lodgers, new.members, strict=True)
        ]
    Household.objects.bulk_create(homes, batch_size=BATCH)
    Person.objects.bulk_create(people, batch_size=BATCH)
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    _name_heads(homes)
    _copy_keys(people, readings)
    if by is not None:
        Guardianship.objects.bulk_create(_guardianships(people, at, by), batch_size=BATCH)
    return len(people)


def _household(new: NewHousehold, counters: dict[int, Iterator[str]], at: dt.datetime) -> Household:
    county = new.station.county
    if county.pk not in counters:
        counters[county.pk] = _numbers(county)
    return Household(
        number=next(counters[county.pk]),
        village=new.village,
        address_line=new.address_line,
        house_number=new.house_number,
        home_station=new.station,
        formed_date=day_in(new.station.zone, at),
    )


def _numbers(county: Any) -> Iterator[str]:
    lock(county)
    prefix, last = last_household_number(county)
    while True:
        last += 1
        yield f"{prefix}{last:07d}"


def _person(new: NewHousehold, member: NewResident, home: Household) -> Person:
    sealed = identity.seal("resident_id", member.id_number) if member.id_number else identity.NO_IDENTITY
    return Person(
        full_name=member.full_name,
        sex=member.sex,
        birth_date=member.birth_date,
        birth_precision="day" if member.birth_date else "unknown",
        household=home,
        village=new.village,
        home_station=new.station,
        phone=member.phone,
        phone_reversed=reverse(member.phone),
        id_kind="resident_id" if member.id_number else "none",
        id_cipher=sealed.cipher,
        id_key_no=sealed.key_no,
        id_index=sealed.index,
        language=member.language,
        residence=member.residence,
        last_served_at=member.served_at,
    )


def _name_heads(homes: list[Household]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE stations_household AS home SET head_id = member.person_id
               FROM stations_membership AS member
               WHERE member.household_id = home.id AND member.relation = 'head' AND home.id = ANY(%s)""",
            [[home.pk for home in homes]],
        )


def _copy_keys(people: list[Person], readings: dict[str, list[str]]) -> None:
    written = now().isoformat()
    lines = io.StringIO()
    writer = csv.writer(lines)
    for person in people:
        served = person.last_served_at.isoformat() if person.last_served_at else ""
        for key in keys_of(person, county_id=person.home_station.county_id, readings=readings):
            place = (person.pk, key.station_id, key.county_id)
            writer.writerow([*place, key.kind, key.key, key.name, served, written, written])
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"""COPY {NameKey._meta.db_table}
                (person_id, station_id, county_id, kind, key, name, served_at, created_at, updated_at)
                FROM STDIN WITH (FORMAT csv, FORCE_NULL (served_at))""",
            lines,
        )


def _guardianships(people: list[Person], at: dt.datetime, by: Any) -> Iterator[Guardianship]:
    """The oldest adult of the household answers for each child in it."""
    adults: dict[Any, Person] = {}
    for person in people:
        day = day_in(person.home_station.zone, at)
        if (age_on(person.birth_date, day) or 0) >= ADULT_AGE:
            oldest = adults.get(person.household_id)
            if oldest is None or person.birth_date < oldest.birth_date:
                adults[person.household_id] = person
    for person in people:
        day = day_in(person.home_station.zone, at)
        age = age_on(person.birth_date, day)
        guardian = adults.get(person.household_id)
        if age is not None and age < AGREES_FROM_AGE and guardian:
            years = age_on(guardian.birth_date, person.birth_date) or 0
            kind = "grandparent" if years >= 40 else "parent"
            yield Guardianship(child=person, guardian=guardian, kind=kind, from_date=day, confirmed_by=by)
