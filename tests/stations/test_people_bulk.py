"""Many residents at once, as the demonstration and a county's first list bring them."""

import datetime as dt
from random import Random

from django.db import connection

from stations.network.models import Station
from stations.people.believable import villagers
from stations.people.bulk import NewHousehold, NewResident, load_people
from stations.people.identity import unseal
from stations.people.models import Guardianship, Household, Membership, NameKey, Person
from stations.people.queries import find_people, scope_of
from tests.factories.people import household_of, resident
from tests.factories.stations import StationFactory, county, helper_of

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)


def loaded(station):
    return Station.objects.select_related("county", "village").get(pk=station.pk)


def test_a_family_comes_whole_with_keys_guardian_and_head(db):
    station = StationFactory()
    helper = helper_of(station)
    family = NewHousehold(
        station=loaded(station),
        village=station.village,
        house_number="12",
        members=[
            NewResident("单雄信", "head", "male", dt.date(1950, 1, 1), "+8613800005678", "11010519491231002X"),
            NewResident("单小红", "grandchild", "female", dt.date(2016, 1, 1)),
        ],
    )
    assert load_people([family], at=NOW, confirmed_by=helper) == 2
    head, child = Person.objects.order_by("birth_date")
    home = Household.objects.get()
    assert (home.head, home.number[-9:]) == (head, "H-0000001")
    assert (head.phone_reversed, unseal(head)) == ("8765000083168", "11010519491231002X")
    guardianship = Guardianship.objects.get()
    assert (guardianship.child, guardianship.guardian, guardianship.kind) == (child, head, "grandparent")
    reach = scope_of(helper, scope="station")
    assert [row.id for row in find_people(text="sxh", reach=reach)] == [child.pk]
    assert [row.id for row in find_people(text="5678", reach=reach)] == [head.pk]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_keys_are_those_of_one_by_one_registration(db):
    station = StationFactory()
    one = resident("覃小乐", station)
    family = NewHousehold(loaded(station), station.village, [NewResident("覃小乐")])
    load_people([family], at=NOW)
    other = Person.objects.exclude(pk=one.pk).get()
    assert keys(one) == keys(other)


def keys(person):
    return set(NameKey.objects.filter(person=person).values_list("station", "county", "kind", "key", "name"))


def test_numbers_go_on_after_those_given_out(db):
    station = StationFactory()
    first = household_of(resident("张三", station))
    load_people([NewHousehold(loaded(station), station.village, [NewResident("李四")])], at=NOW)
    numbers = sorted(Household.objects.values_list("number", flat=True))
    assert numbers == [first.number, first.number[:-1] + "2"]


def test_invented_villages_are_the_same_for_the_same_seed_and_hold_all_rules(db):
    place = county(code="321324000000")
    stations = [loaded(StationFactory(county=place)) for _ in range(2)]
    first = list(villagers(stations=stations, people=600, random=Random(7), at=NOW))
    assert first == list(villagers(stations=stations, people=600, random=Random(7), at=NOW))
    assert load_people(first, at=NOW, confirmed_by=helper_of(stations[0])) == 600
    assert Membership.objects.filter(relation="head").count() == Household.objects.count() == len(first)
    assert (
        Person.objects.exclude(phone="").count() == Person.objects.exclude(phone="").values("phone").distinct().count()
    )
    children = Person.objects.filter(birth_date__gt=dt.date(2012, 11, 25))
    assert children.exists()
    assert Person.objects.filter(id_index__isnull=False).count() > 400
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
