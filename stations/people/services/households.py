"""Households: numbered, joined and left."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Household, Membership, Person
from stations.people.services.registration import VillageElsewhere, move_home_station
from stations.places.models import Division


class HouseholdGone(Refused):
    """The household was dissolved."""

    code = "household_dissolved"
    message = _("This household no longer exists.")


class HouseholdUnknown(Refused):
    """No household of this number where the reader may move people."""

    code = "household_unknown"
    status = 422
    message = _("There is no household with this number at your station.")


class NotMember(Refused):
    """The head of a household is one of its living members."""

    code = "not_a_member"
    status = 422
    message = _("Only a living member can be the head of the household.")


class HeadLeaves(Refused):
    """Another head must be named before the head leaves."""

    code = "head_leaves"
    message = _("This is the head of household. Choose another head first.")


@refuses(VillageElsewhere, WrongState, HouseholdGone, NotMember, HeadLeaves)
@transaction.atomic
def register_household(
    *,
    station: Station,
    village: Division,
    by: User,
    at: dt.datetime,
    address_line: str = "",
    house_number: str = "",
    head: Person | None = None,
) -> Household:
    """A new household with the county's next number; `head` becomes its first member. Raises `VillageElsewhere`."""
    if village.level != "village" or not village.path.startswith(station.county.path):
        raise VillageElsewhere(field="village_code")
    household = Household.objects.create(
        number=next_household_number(station.county),
        village=village,
        address_line=address_line.strip(),
        house_number=house_number.strip(),
        home_station=station,
        formed_date=day_in(station.zone, at),
    )
    record_change(household, old="", new="registered", at=at, actor=by.pk)
    if head:
        move_person(person=head, household=household, relation=Membership.Relation.HEAD, by=by, at=at)
        household.refresh_from_db()
    return household


@refuses(WrongState, HouseholdGone, NotMember, HeadLeaves)
@transaction.atomic
def move_person(*, person: Person, household: Household, relation: str, by: User, at: dt.datetime) -> Membership:
    """Make this person a member here and end the membership before it; the home station follows the household.

    Raises `HouseholdGone`, `HeadLeaves`, `NotMember` (somebody who died heads no household).
    """
    person, household = lock(person), lock(household)
    PERSON.check("change_record", standing_of(person))
    if household.dissolved_date:
        raise HouseholdGone
    if relation == Membership.Relation.HEAD and person.died_date:
        raise NotMember
    day = day_in(household.home_station.zone, at)
    _leave(person, household, day)
    membership = Membership.objects.create(person=person, household=household, relation=relation, from_date=day)
    Person.objects.filter(pk=person.pk).update(household=household, village=household.village_id, updated_at=at)
    if relation == Membership.Relation.HEAD:
        _take_over_head(household, person)
    move_home_station(person=person, station=household.home_station, at=at)
    record_change(person, old="", new="moved", at=at, actor=by.pk, reason=household.number)
    return membership


@refuses(NotMember)
@transaction.atomic
def name_head(*, household: Household, person: Person, by: User, at: dt.datetime) -> Household:
    """Another living member becomes the head. Raises `NotMember`."""
    household = lock(household)
    membership = household.memberships.filter(person=person, to_date=None, person__died_date=None).first()
    if membership is None:
        raise NotMember
    Membership.objects.filter(pk=membership.pk).update(relation=Membership.Relation.HEAD)
    _take_over_head(household, person)
    record_change(household, old="", new="head_named", at=at, actor=by.pk)
    household.refresh_from_db()
    return household


@refuses(HouseholdGone, VillageElsewhere)
@transaction.atomic
def settle_household(*, household: Household, village: Division, by: User, at: dt.datetime) -> Household:
    """The village where a household lives after a split, or where it was written down wrong; its people go along.

    Raises `VillageElsewhere`, `HouseholdGone`.
    """
    household = lock(household)
    if household.dissolved_date:
        raise HouseholdGone
    if village.level != "village" or not village.path.startswith(household.home_station.county.path):
        raise VillageElsewhere(field="village_code")
    Household.objects.filter(pk=household.pk).update(village=village)
    Person.objects.filter(household=household).update(village=village, updated_at=at)
    record_change(household, old="", new="settled", at=at, actor=by.pk, reason=village.code)
    household.refresh_from_db()
    return household


def next_household_number(county: Division) -> str:
    """`321324-H-0000123`: the number after the county's last, given out under the county's lock."""
    lock(county)
    prefix, last = last_household_number(county)
    return f"{prefix}{last + 1:07d}"


def last_household_number(county: Division) -> tuple[str, int]:
    """The beginning of the county's numbers, and the last one given out; the county is locked by the caller."""
    prefix = f"{county.code[:6]}-H-"
    last = Household.objects.filter(number__startswith=prefix).order_by("-number").first()
    return prefix, int(last.number.removeprefix(prefix)) if last else 0


def _leave(person: Person, joining: Household, day: dt.date) -> None:
    """End the open membership; the head of a household with others in it cannot go before another is named."""
    left = person.memberships.filter(to_date=None).select_related("household").first()
    if left is None:
        return
    if left.household.head_id == person.pk and left.household_id != joining.pk:
        if left.household.memberships.filter(to_date=None).exclude(person=person).exists():
            raise HeadLeaves
        Household.objects.filter(pk=left.household_id).update(head=None, dissolved_date=day)
    Membership.objects.filter(pk=left.pk).update(to_date=max(day, left.from_date))


def _take_over_head(household: Household, person: Person) -> None:
    """One head: the one who was becomes an other member."""
    household.memberships.filter(to_date=None, relation=Membership.Relation.HEAD).exclude(person=person).update(
        relation=Membership.Relation.OTHER
    )
    Household.objects.filter(pk=household.pk).update(head=person)
