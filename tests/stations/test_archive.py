"""People whom nobody has seen for three years: proposed once, set aside, found by whole numbers, taken up again."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import WrongState
from core.forms import new_key
from core.models import Event
from stations.archive.models import ArchiveProposal
from stations.archive.services import archive_proposed, keep_proposed, propose_archiving
from stations.hooks import OBLIGATIONS
from stations.models import Person
from stations.people import services
from stations.people.queries import find_people, likely_twins, scope_of
from stations.people.services.registration import PersonMayExist
from tests.factories.people import resident
from tests.factories.stations import (
    StationFactory,
    api_client,
    county_clerk_of,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.hooks import replace

IN_ONE = pytest.mark.django_db
WITH_COMMITS = pytest.mark.usefixtures("own_database")
AT = dt.datetime(2026, 11, 3, 19, 0, tzinfo=dt.UTC)
THREE_YEARS_AGO = dt.datetime(2023, 11, 3, 19, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def station():
    return StationFactory()


def unseen(station, name="王秀英", *, since=THREE_YEARS_AGO, **values):
    person = resident(name, station, **values)
    Person.objects.filter(pk=person.pk).update(last_served_at=since)
    return Person.objects.get(pk=person.pk)


def propose(station, *, at=AT):
    return propose_archiving(county=station.county.code, zone=station.zone, at=at)


def aside(station, **values):
    person = unseen(station, **values)
    propose(station)
    archive_proposed(proposal=person.archive_proposals.get(), actor=county_manager_of(station.county), at=AT)
    person.refresh_from_db()
    return person


def found(station, text):
    return [row.id for row in find_people(text=text, reach=scope_of(partner_of(station), scope="station"))]


@IN_ONE
def test_thirty_six_months_are_the_limit_and_nobody_is_proposed_twice(station):
    gone, later = unseen(station), unseen(station, "李桂兰", since=THREE_YEARS_AGO + SECOND)
    unseen(StationFactory(), "外县人")
    assert (propose(station), propose(station)) == (1, 0)
    assert ArchiveProposal.objects.get().person == gone
    assert propose(station, at=AT + SECOND) == 1
    assert later.archive_proposals.count() == 1


@IN_ONE
def test_whoever_signs_in_or_was_kept_is_not_proposed(station):
    works, kept = unseen(station, "王建军"), unseen(station)
    helper = helper_of(station)
    helper.person = works
    helper.save(update_fields=["person"])
    assert propose(station) == 1
    manager = county_manager_of(station.county)
    keep_proposed(proposal=kept.archive_proposals.get(), actor=manager, at=AT, reason="春节会回来")
    assert propose(station, at=AT + dt.timedelta(days=364)) == 0
    assert propose(station, at=AT + dt.timedelta(days=366)) == 1


@IN_ONE
def test_a_record_set_aside_is_found_by_whole_numbers_alone(station):
    person = aside(station, phone="13800005678")
    assert (found(station, "王秀英"), found(station, "wxy"), found(station, "5678")) == ([], [], [])
    assert found(station, "13800005678") == [person.pk]
    card = services.issue_card(person=person, by=partner_of(station), at=AT)
    assert found(station, card.code) == [person.pk]


@IN_ONE
def test_nobody_is_registered_a_second_time_because_the_record_is_set_aside(station):
    person = aside(station)
    again = Person(full_name="王秀英", home_station=station)
    assert likely_twins(again) == [person.pk]
    with pytest.raises(PersonMayExist):
        services.register_person(station=station, full_name="王秀英", by=helper_of(station), at=AT)
    assert Person.objects.count() == 1


@IN_ONE
def test_whoever_is_served_is_found_again(station):
    person = aside(station)
    services.mark_served(person=person, at=AT)
    assert found(station, "wxy") == [person.pk]
    assert Person.objects.get(pk=person.pk).last_served_at == AT


@IN_ONE
def test_a_corrected_name_does_not_bring_keys_back(station):
    person = aside(station)
    services.edit_person(person=person, by=helper_of(station), at=AT, full_name="王秀兰")
    assert found(station, "王秀兰") == []


@IN_ONE
def test_what_is_owed_keeps_the_record_and_says_why(station, monkeypatch):
    person = unseen(station)
    propose(station)
    replace(monkeypatch, OBLIGATIONS, lambda person: ["12.00 CNY to fetch"])
    row = archive_proposed(proposal=person.archive_proposals.get(), actor=county_manager_of(station.county), at=AT)
    assert (row.status, row.reason) == ("kept", "12.00 CNY to fetch")
    assert found(station, "wxy") == [person.pk]


@IN_ONE
def test_a_decision_stands_once(station):
    person = aside(station)
    row, manager = person.archive_proposals.get(), county_manager_of(station.county)
    for decide in (archive_proposed, keep_proposed):
        with pytest.raises(WrongState):
            decide(proposal=row, actor=manager, at=AT)
    assert ArchiveProposal.objects.get().status == "archived"
    assert not Event.objects.filter(name="stations.person_erased").exists()


@WITH_COMMITS
def test_the_county_decides_several_with_one_press(client, station):
    people = [unseen(station), unseen(station, "李桂兰"), unseen(station, "张小燕")]
    propose(station)
    client.force_login(county_manager_of(station.county))
    page = "/county/people/archive/"
    assert "王*英" in client.get(page).content.decode()
    rows = [person.archive_proposals.get().pk for person in people]
    assert client.post(page, {"key": new_key(), "records": rows[:2]}).status_code == 303
    assert client.post(page, {"key": new_key(), "records": rows[2:], "keep": "1"}).status_code == 303
    assert [row.status for row in ArchiveProposal.objects.order_by("pk")] == ["archived", "archived", "kept"]
    assert client.post(page, {"key": new_key(), "records": rows[:1]}).status_code == 422


@WITH_COMMITS
def test_the_doors_of_the_archive(client, station):
    person = unseen(station)
    propose(station)
    row = person.archive_proposals.get()
    path = f"/api/v1/archive-proposals/{row.pk}/archive/"
    assert send(api_client(county_manager_of(StationFactory().county)), path).status_code == 404
    assert send(api_client(partner_of(station)), path).status_code in {403, 404}
    assert send(api_client(county_clerk_of(station.county)), "/api/v1/archive-proposals/").status_code in {403, 405}
    assert ArchiveProposal.objects.get().status == "proposed"
    mobile = api_client(county_manager_of(station.county))
    assert [each["name_masked"] for each in mobile.get("/api/v1/archive-proposals/").json()["results"]] == ["王*英"]
    assert send(mobile, path).json()["status"] == "archived"
    assert send(mobile, f"/api/v1/archive-proposals/{row.pk}/keep/").json()["code"] == "wrong_state"


@WITH_COMMITS
def test_the_station_takes_a_record_up_again(client, station):
    person = aside(station)
    client.force_login(partner_of(station))
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert f"/people/{person.pk}/take-up/" in page
    assert client.post(f"/people/{person.pk}/take-up/", {"key": new_key()}).status_code == 303
    assert found(station, "wxy") == [person.pk]
    path = f"/api/v1/people/{person.pk}/take-up/"
    assert send(api_client(helper_of(station)), path).status_code == 200
    assert send(api_client(partner_of(StationFactory())), path).status_code == 404
    assert now() >= Person.objects.get(pk=person.pk).last_served_at
