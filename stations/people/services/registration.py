"""Registering residents and correcting what is known of them."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.history import record_change
from core.resident_ids import NumberInText, plain_number, refuse_number
from stations.accounts.models import User
from stations.network.models import Station
from stations.people import identity, machine
from stations.people.identity import InvalidIdNumber
from stations.people.models import Household, NameKey, Person, SurnameReading
from stations.people.names import fold_name, name_keys, possible_surnames
from stations.people.phones import InvalidPhone, read_phone, reverse
from stations.people.queries import Found, found_people, likely_twins
from stations.places.models import Division

#: A second sale within these minutes does not write the person's keys again.
SERVED_AGAIN_AFTER = dt.timedelta(minutes=10)
#: So many digits in a name are a number: of a document, a phone, an account. A column's check says the same.
NUMBER_IN_NAME = re.compile(r"\d{7}")


class NameMissing(Refused):
    """A name without a single letter."""

    code = "name_missing"
    status = 400
    message = _("Enter the person's name.")


class BornInFuture(Refused):
    """A birth date after today at the station."""

    code = "born_in_future"
    status = 400
    message = _("Check the birth date: it is in the future.")


class VillageElsewhere(Refused):
    """The village is no village of the station's county."""

    code = "village_elsewhere"
    status = 422
    message = _("This village is not in the county of the station.")


class PersonGone(Refused):
    """Somebody who died agrees to nothing and lives nowhere."""

    code = "person_deceased"
    message = _("This person has died.")


class IdAlreadyRegistered(Refused):
    """The same document is registered: it says at which station, not for whom."""

    code = "id_already_registered"
    message = _("This identity number is already registered at %(station)s. Search for the person there.")


class PersonMayExist(Refused):
    """Somebody much like this one is registered in the county; `similar` shows them masked."""

    code = "person_may_exist"
    message = _("A very similar person is already registered. Check first.")

    def __init__(self, *, similar: list[Found]) -> None:
        super().__init__()
        self.similar = similar

    def problem(self) -> dict[str, Any]:
        """The problem document, with the people it may be, masked."""
        return {**super().problem(), "similar": [found.as_json() for found in self.similar]}


@refuses(
    NameMissing,
    NumberInText,
    VillageElsewhere,
    InvalidPhone,
    BornInFuture,
    InvalidIdNumber,
    IdAlreadyRegistered,
    PersonMayExist,
)
@transaction.atomic
def register_person(
    *,
    station: Station,
    full_name: str,
    by: User,
    at: dt.datetime,
    phone: str = "",
    sex: str = Person.Sex.UNKNOWN,
    birth_date: dt.date | None = None,
    birth_precision: str = "",
    village: Division | None = None,
    id_kind: str = Person.IdKind.NONE,
    id_number: str = "",
    language: str = "",
    preferred_name: str = "",
    is_walk_in: bool = False,
    confirmed_new: bool = False,
) -> Person:
    """A new resident of this station, findable at once. With `confirmed_new` somebody has looked at those alike."""
    person = Person(
        home_station=station,
        village=village or station.village,
        full_name=_tidy_name(full_name),
        preferred_name=_second_name(preferred_name),
        sex=sex,
        language=language or "zh-hans",
        is_walk_in=is_walk_in,
        last_served_at=at,
    )
    _refuse_elsewhere(village or station.village, station)
    _set_phone(person, phone)
    _set_birth(person, birth_date, birth_precision, at)
    _set_identity(person, id_kind, id_number)
    _one_at_a_time(station.county_id, fold_name(person.full_name))
    if not confirmed_new:
        _refuse_twins(person)
    _insert(person)
    write_name_keys(person)
    record_change(person, old="", new="registered", at=at, actor=by.pk)
    return person


@refuses(
    WrongState,
    PersonGone,
    NameMissing,
    NumberInText,
    InvalidPhone,
    BornInFuture,
    InvalidIdNumber,
    IdAlreadyRegistered,
    VillageElsewhere,
)
@transaction.atomic
def edit_person(*, person: Person, by: User, at: dt.datetime, reason: str = "", **changes: Any) -> Person:
    """Correct what is known; `changes` names the fields. The history tells who changed which field and why.

    Fields: `full_name, preferred_name, sex, birth_date, birth_precision, phone, language, residence, id_kind,
    id_number, village`. `PersonGone` is of the residence of the dead.
    """
    refuse_number(reason, field="reason")
    person = lock(person)
    machine.MACHINE.check("change_record", machine.standing_of(person))
    before = _plain(person)
    _correct(person, changes, at)
    changed = [name for name, value in _plain(person).items() if value != before[name]]
    if not changed:
        return person
    _update(person)
    if "full_name" in changed:
        write_name_keys(person)
    words = ", ".join(changed) + (f" — {reason}" if reason else "")
    record_change(person, old="", new="corrected", at=at, actor=by.pk, reason=words)
    return person


def _correct(person: Person, changes: dict[str, Any], at: dt.datetime) -> None:
    if person.died_date and changes.get("residence", person.residence) != person.residence:
        raise PersonGone(field="residence")
    if "full_name" in changes:
        person.full_name = _tidy_name(changes["full_name"])
    if "phone" in changes:
        _set_phone(person, changes["phone"])
    if {"birth_date", "birth_precision"} & changes.keys():
        _set_birth(person, changes.get("birth_date", person.birth_date), changes.get("birth_precision", ""), at)
    if "id_number" in changes:
        _set_identity(person, changes.get("id_kind", person.id_kind), changes["id_number"])
    if changes.get("village"):
        _refuse_elsewhere(changes["village"], person.home_station)
    if "preferred_name" in changes:
        person.preferred_name = _second_name(changes["preferred_name"])
    for name in ("sex", "language", "residence", "village"):
        if name in changes:
            setattr(person, name, changes[name])


@transaction.atomic
def mark_served(*, person: Person, at: dt.datetime) -> None:
    """Move this person up in searches: called, in its own transaction, by whatever was just done for them."""
    earlier = Q(last_served_at=None) | Q(last_served_at__lt=at - SERVED_AGAIN_AFTER)
    if Person.objects.filter(earlier, pk=person.pk).update(last_served_at=at):
        NameKey.objects.filter(person=person).update(served_at=at)
    if person.archived_at is not None:
        take_up(person, at=at)


def take_up(person: Person, *, at: dt.datetime, by: User | None = None) -> None:
    """A record that was set aside is at hand again, now seen."""
    person.archived_at, person.last_served_at = None, at
    person.save(update_fields=["archived_at", "last_served_at", "updated_at"])
    write_name_keys(person)
    record_change(person, old="", new="taken_up", at=at, actor=by.pk if by else None)


@transaction.atomic
def move_home_station(*, person: Person, station: Station, at: dt.datetime) -> None:
    """The station that serves this person from now on; keys move with them."""
    if person.home_station_id == station.pk:
        return
    Person.objects.filter(pk=person.pk).update(home_station=station)
    NameKey.objects.filter(person=person).update(station=station, county_id=station.county_id)
    publish("stations.person_moved", at=at, person=str(person.pk), station=station.pk, county=station.county_id)


@transaction.atomic
def move_residents(*, station: Station, successor: Any, by: User, at: dt.datetime) -> None:
    """Everybody and every household of a station that closes belongs to its successor from now on: three statements.

    The two stations stand in one county; whoever follows people by station hears of it by `stations.station_closed`.
    """
    Household.objects.filter(home_station=station).update(home_station=successor)
    Person.objects.filter(home_station=station).update(home_station=successor)
    NameKey.objects.filter(station=station).update(station=successor, county=successor.county_id)


def write_name_keys(person: Person) -> None:
    """The keys of the name as it stands; those of an earlier name go. A record that is set aside has none."""
    person.name_keys.all().delete()
    if person.archived_at is not None:
        return
    readings = surname_readings(possible_surnames(person.full_name))
    NameKey.objects.bulk_create(keys_of(person, county_id=person.home_station.county_id, readings=readings))


def keys_of(person: Person, *, county_id: int, readings: dict[str, list[str]]) -> list[NameKey]:
    """The key rows of one person, not yet stored."""
    made = name_keys(person.full_name, readings)
    return [
        NameKey(
            person=person,
            station_id=person.home_station_id,
            county_id=county_id,
            kind=kind,
            key=key,
            name=fold_name(person.full_name),
            served_at=person.last_served_at,
        )
        for kind in made._fields
        for key in getattr(made, kind)
    ]


def surname_readings(surnames: Iterable[str] | None = None) -> dict[str, list[str]]:
    """Readings by surname, best first; of all surnames when none is named."""
    rows = SurnameReading.objects.order_by("surname", "rank")
    if surnames is not None:
        rows = rows.filter(surname__in=list(surnames))
    readings: dict[str, list[str]] = {}
    for surname, reading in rows.values_list("surname", "reading"):
        readings.setdefault(surname, []).append(reading)
    return readings


def _tidy_name(text: str) -> str:
    name = " ".join(text.split())
    if not any(character.isalpha() for character in name):
        raise NameMissing(field="full_name")
    _refuse_digits(name, field="full_name")
    return name


def _second_name(text: str) -> str:
    name = " ".join(text.split())
    _refuse_digits(name, field="preferred_name")
    return name


def _refuse_digits(name: str, *, field: str) -> None:
    if NUMBER_IN_NAME.search(plain_number(name)):
        raise NumberInText(field=field)


def _set_phone(person: Person, text: str) -> None:
    phone = read_phone(text, person.home_station.county.country)
    if phone != str(person.phone or ""):
        person.phone_verified_at = None
    person.phone, person.phone_reversed = phone, reverse(phone)


def _set_birth(person: Person, birth_date: dt.date | None, precision: str, at: dt.datetime) -> None:
    if birth_date and birth_date > day_in(person.home_station.zone, at):
        raise BornInFuture(field="birth_date")
    person.birth_date = birth_date
    if birth_date is None:
        person.birth_precision = Person.BirthPrecision.UNKNOWN
    elif precision and precision != Person.BirthPrecision.UNKNOWN:
        person.birth_precision = precision
    elif person.birth_precision == Person.BirthPrecision.UNKNOWN:
        person.birth_precision = Person.BirthPrecision.DAY


def _set_identity(person: Person, kind: str, number: str) -> None:
    if not number.strip():
        kind, sealed = Person.IdKind.NONE, identity.NO_IDENTITY
        identity.destroy_key(person.pk)
    else:
        kind = Person.IdKind.RESIDENT_ID if kind == Person.IdKind.NONE else kind
        if identity.is_number_of(person, kind, number):
            return  # a new key would be stored, and what it is to open would not: nobody could read the number again
        sealed = identity.seal(person.pk, kind, number)
    person.id_kind = kind
    person.id_cipher, person.id_key_no, person.id_index = sealed.cipher, sealed.key_no, sealed.index
    _refuse_known_identity(person)


def _refuse_elsewhere(village: Division, station: Station) -> None:
    if village.level != "village" or not village.path.startswith(station.county.path):
        raise VillageElsewhere(field="village_code")


def _refuse_known_identity(person: Person) -> None:
    if person.id_index is None:
        return
    indexes = identity.indexes_of(person.id_kind, identity.unseal(person))
    _one_at_a_time_while_keys_change(indexes)
    holder = Person.objects.living().filter(id_index__in=indexes).exclude(pk=person.pk)
    known = holder.select_related("home_station").first()
    if known:
        raise IdAlreadyRegistered(field="id_number", station=str(known.home_station))


def _one_at_a_time_while_keys_change(indexes: list[bytes]) -> None:
    """The unique index cannot compare what stands under two keys: who registers the same document waits instead."""
    if len(indexes) > 1:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [min(indexes).hex()])


def _one_at_a_time(county_id: int, name: str) -> None:
    """Two people who register the same name at the same moment wait for each other: the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"register:{county_id}:{name}"])


def _refuse_twins(person: Person) -> None:
    twins = likely_twins(person)
    if twins:
        raise PersonMayExist(similar=found_people(twins))


def _insert(person: Person) -> None:
    """The unique index decides between two who register the same document at the same moment."""
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        _explain_conflict(person, error)


def _update(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save(force_update=True)
    except IntegrityError as error:
        _explain_conflict(person, error)


def _explain_conflict(person: Person, error: IntegrityError) -> None:
    if "identity_number_unique_among_living_records" in str(error):
        _refuse_known_identity(person)
    raise error


def _plain(person: Person) -> dict[str, Any]:
    """What may be corrected, by the name under which the history tells of it."""
    return {
        "full_name": person.full_name,
        "preferred_name": person.preferred_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "birth_precision": person.birth_precision,
        "phone": str(person.phone or ""),
        "language": person.language,
        "residence": person.residence,
        "village": person.village_id,
        "id_number": bytes(person.id_index) if person.id_index else None,
    }
