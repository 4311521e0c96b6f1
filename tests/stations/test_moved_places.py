"""A place comes into another county, or gets another code: its residents are found where they live today."""

import csv
import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils.timezone import now

from stations.models import NameKey
from stations.network.services import follow_divisions
from stations.places.services import apply_successions
from tests.factories.people import resident
from tests.factories.stations import (
    DivisionFactory,
    StationFactory,
    api_client,
    county_manager_of,
    division_below,
    helper_of,
    partner_of,
    send,
)

pytestmark = pytest.mark.usefixtures("own_database")
DAY = dt.date(2026, 12, 1)


@pytest.fixture
def station():
    """A hub's place: a village in a township of its own, so that the county's centre does not move with it."""
    made = StationFactory()
    return StationFactory(county=made.county)


def found_by(reader, text="wxy", scope="county"):
    response = api_client(reader).get("/api/v1/people/find/", {"q": text, "scope": scope})
    return [row["id"] for row in response.json()["results"]]


def move_township(tmp_path, township, county):
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ("code", "level", "name", "parent_code"),
                (township.code, "township", township.name, county.code),
            ]
        )
    call_command("import_divisions", path, country="CN", source="tests", valid_from=dt.date(2026, 1, 1), verbosity=0)


def recode(tmp_path, *pairs):
    path = tmp_path / "changes.csv"
    lines = [f"{old.code},{new.code},{old.level},recoded,{DAY}" for old, new in pairs]
    path.write_text("\n".join(["old_code,new_code,level,kind,effective_date", *lines]) + "\n", encoding="utf-8")
    call_command("import_division_changes", path, country="CN", source="tests", verbosity=0)


def test_the_residents_of_a_township_are_found_by_the_county_that_it_came_into(tmp_path, station):
    person = resident("王晓勇", station)
    neighbour, newcomer = StationFactory(county=station.county), StationFactory()
    move_township(tmp_path, station.township, newcomer.county)
    assert found_by(partner_of(neighbour)) == []
    assert found_by(county_manager_of(neighbour.county)) == []
    assert found_by(partner_of(newcomer)) == [str(person.pk)]
    assert found_by(county_manager_of(newcomer.county)) == [str(person.pk)]


def test_the_residents_of_a_recoded_county_are_found_and_not_registered_twice(tmp_path, station):
    person = resident("王晓勇", station)
    neighbour = StationFactory(county=station.county)
    county = DivisionFactory(level="county", parent=station.prefecture, code="888888000000")
    village = division_below(county)
    next_door = division_below(county)
    recode(
        tmp_path,
        (station.county, county),
        (station.village, village),
        (neighbour.village, next_door),
        (station.parent.village, division_below(county)),
    )
    apply_successions(country="CN", date=DAY, at=now(), follow=follow_divisions)
    helper = helper_of(neighbour)
    assert found_by(helper) == [str(person.pk)]
    refused = send(api_client(helper), "/api/v1/people/", full_name="王晓勇", village_code=next_door.code)
    assert (refused.status_code, refused.json()["code"]) == (409, "person_may_exist")


def test_a_key_of_another_county_than_its_station_is_refused_by_the_database(station):
    person = resident("王晓勇", station)
    elsewhere = StationFactory()
    with pytest.raises(IntegrityError, match="name_key_is_in_the_county_of_its_station"):
        NameKey.objects.filter(person=person).update(county=elsewhere.county)
