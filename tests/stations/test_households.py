"""Households: their number, who lives there, who is the head."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import Event
from stations.people import services
from stations.people.models import Household, Person
from stations.people.services.households import HeadLeaves, HouseholdGone, NotMember
from tests.factories.people import household_of, resident
from tests.factories.register import TODAY, at_once
from tests.factories.stations import StationFactory, helper_of

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


def test_households_are_numbered_in_their_county(station, helper):
    first = household_of(resident("张三", station))
    second = household_of(resident("李四", station))
    elsewhere = household_of(resident("王五"))
    prefix = station.county.code[:6]
    assert (first.number, second.number) == (f"{prefix}-H-0000001", f"{prefix}-H-0000002")
    assert elsewhere.number.endswith("-H-0000001")


def test_moving_ends_the_membership_before_it_and_takes_the_keys_along(station, helper):
    neighbour = StationFactory(county=station.county)
    mother, daughter = resident("张桂兰", station), resident("王小燕", station)
    household_of(daughter)
    new_home = household_of(resident("李大海", neighbour))
    services.move_person(person=daughter, household=new_home, relation="spouse", by=helper, at=NOW)
    daughter.refresh_from_db()
    assert (daughter.household, daughter.home_station, daughter.village) == (new_home, neighbour, neighbour.village)
    assert daughter.memberships.filter(to_date=None).count() == 1
    assert set(daughter.name_keys.values_list("station", flat=True)) == {neighbour.pk}
    assert Event.objects.filter(name="stations.person_moved").count() == 1
    assert mother.household is None


def test_a_head_does_not_leave_others_without_a_head(station, helper):
    head, wife = resident("张三", station), resident("李四", station)
    home = household_of(head)
    services.move_person(person=wife, household=home, relation="spouse", by=helper, at=NOW)
    other = household_of(resident("王五", station))
    head.refresh_from_db()
    with pytest.raises(HeadLeaves):
        services.move_person(person=head, household=other, relation="other", by=helper, at=NOW)
    assert head.memberships.get(to_date=None).household == home
    services.name_head(household=home, person=wife, by=helper, at=NOW)
    services.move_person(person=head, household=other, relation="other", by=helper, at=NOW)
    home.refresh_from_db()
    assert home.head == wife


def test_the_last_one_out_dissolves_the_household(station, helper):
    head = resident("张三", station)
    home, other = household_of(head), household_of(resident("王五", station))
    services.move_person(person=head, household=other, relation="other", by=helper, at=NOW)
    home.refresh_from_db()
    assert (home.head, home.dissolved_date) == (None, TODAY)
    with pytest.raises(HouseholdGone):
        services.move_person(person=head, household=home, relation="head", by=helper, at=NOW)


def test_somebody_who_does_not_live_there_is_no_head(station, helper):
    home = household_of(resident("张三", station))
    with pytest.raises(NotMember):
        services.name_head(household=home, person=resident("李四", station), by=helper, at=NOW)


def test_the_database_refuses_a_head_who_is_no_living_member(station):
    home, stranger = household_of(resident("张三", station)), resident("李四", station)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.filter(pk=home.pk).update(head=stranger)
    with pytest.raises(IntegrityError), transaction.atomic():
        home.memberships.update(to_date=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=home.head_id).update(residence="deceased", died_date=TODAY)


@pytest.mark.usefixtures("own_database")
def test_households_registered_at_once_have_different_numbers():
    station = StationFactory()
    helper = helper_of(station)

    def work(_):
        return services.register_household(station=station, village=station.village, by=helper, at=NOW).number

    assert len(set(at_once(4, work))) == 4
