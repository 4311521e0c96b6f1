"""A station closes for good: by two people, with everybody taken along; and one that was only closed opens again."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.forms import new_key
from core.models import Event
from stations.hooks import CLOSING_CHECKS
from stations.models import Household, NameKey, Person, Station, StationClosing, StationService
from stations.network import services
from stations.network.services import (
    ClearanceOpen,
    ClosedByCounty,
    ClosingAsked,
    SuccessorMisplaced,
)
from tests.factories.days import today
from tests.factories.people import household_of, resident
from tests.factories.stations import StationFactory, api_client, county_manager_of, helper_of, partner_of, send
from tests.hooks import replace

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def manager(station):
    return county_manager_of(station.county)


@pytest.fixture
def second(station):
    return county_manager_of(station.county)


def asked(station, by, **values):
    return services.ask_closing(station=station, actor=by, at=now(), reason="整村搬迁", **values)


def test_two_people_close_a_station_and_nobody_is_left_behind(station, manager, second):
    person = resident("王秀英", station)
    home = household_of(person)
    helper = helper_of(station)
    closing = services.close_station(closing=asked(station, manager), actor=second, at=now())
    station.refresh_from_db()
    person.refresh_from_db()
    home.refresh_from_db()
    assert (station.status, station.closed_date) == ("closed", today())
    assert (closing.status, closing.ended_by) == ("confirmed", second)
    assert person.home_station == home.home_station == station.parent
    assert set(NameKey.objects.values_list("station", flat=True)) == {station.parent_id}
    assert helper.posts.get().to_at is not None
    assert not StationService.objects.filter(to_at=None).exists()
    told = Event.objects.get(name="stations.station_closed").payload
    assert (told["station"], told["successor"]) == (station.pk, station.parent_id)


def test_whoever_asked_does_not_close_it(station, manager):
    closing = asked(station, manager)
    with pytest.raises(SamePerson):
        services.close_station(closing=closing, actor=manager, at=now())
    assert Station.objects.get(pk=station.pk).status == "active"
    assert StationClosing.objects.get().status == "asked"


def test_what_still_binds_is_told_and_nothing_happens(station, manager, second, monkeypatch):
    replace(monkeypatch, CLOSING_CHECKS, lambda station: ["till 0.01 CNY"])
    closing = asked(station, manager)
    with pytest.raises(ClearanceOpen) as refusal:
        services.close_station(closing=closing, actor=second, at=now())
    assert "till 0.01 CNY" in str(refusal.value)
    assert Station.objects.get(pk=station.pk).status == "active"


def test_households_go_to_a_working_station_of_the_county(station, manager):
    elsewhere, shut = StationFactory(), StationFactory(county=station.county, status="suspended")
    for wrong in (elsewhere, shut, station):
        with pytest.raises(SuccessorMisplaced):
            asked(station, manager, successor=wrong)
    with pytest.raises(SuccessorMisplaced):
        asked(station.parent, manager)
    assert not StationClosing.objects.exists()


def test_one_asks_at_a_time_and_it_can_be_withdrawn(station, manager, second):
    closing = asked(station, manager)
    with pytest.raises(ClosingAsked):
        asked(station, second)
    services.withdraw_closing(closing=closing, actor=manager, at=now(), reason="村民留下")
    with pytest.raises(WrongState):
        services.close_station(closing=closing, actor=second, at=now())
    assert asked(station, second).status == "asked"


def test_stations_under_a_hub_go_under_the_centre(manager, second, station):
    hub = StationFactory(kind="township_hub", county=station.county)
    below = StationFactory(county=station.county, parent=hub)
    services.close_station(closing=asked(hub, manager), actor=second, at=now())
    below.refresh_from_db()
    assert below.parent == hub.parent


def test_the_doors_of_a_closing(station, manager, second):
    path = f"/api/v1/stations/{station.code}/close/"
    assert send(api_client(partner_of(station)), path, reason="x").status_code == 403
    assert send(api_client(county_manager_of(StationFactory().county)), path, reason="x").status_code == 404
    made = send(api_client(manager), path, reason="整村搬迁")
    assert (made.status_code, made.json()["status"]) == (201, "asked")
    confirm = f"/api/v1/station-closings/{made.json()['id']}/confirm/"
    assert send(api_client(manager), confirm).json()["code"] == "same_person"
    assert send(api_client(partner_of(StationFactory())), confirm).status_code == 404
    assert send(api_client(second), confirm).json()["status"] == "confirmed"
    assert Person.objects.filter(home_station=station).count() == 0


def test_pages_ask_show_and_close(client, station, manager, second):
    client.force_login(manager)
    path = f"/county/stations/{station.code}/close/"
    typed = {"key": new_key(), "successor": str(station.parent_id), "reason": "整村搬迁"}
    assert client.post(path, typed).status_code == 303
    closing = StationClosing.objects.get()
    confirm = f"/county/stations/{station.code}/closings/{closing.pk}/confirm/"
    assert confirm not in client.get(path).content.decode()
    assert client.post(confirm, {"key": new_key()}).status_code == 409
    client.force_login(second)
    assert confirm in client.get(path).content.decode()
    assert client.post(confirm, {"key": new_key()}).status_code == 303
    assert Station.objects.get(pk=station.pk).status == "closed"


def test_the_partner_opens_again_what_he_closed(client, station):
    partner = partner_of(station)
    until = today() + dt.timedelta(days=3)
    services.close_temporarily(station=station, until=until, actor=partner, at=now(), reason="回家探亲")
    client.force_login(helper_of(station))
    assert client.post("/station/reopening/", {"key": new_key()}).status_code == 403
    client.force_login(partner)
    assert "/station/reopening/" in client.get("/station/").content.decode()
    assert client.post("/station/reopening/", {"key": new_key()}).status_code == 303
    assert Station.objects.get(pk=station.pk).status == "active"


def test_what_the_county_closed_only_the_county_opens(client, station, manager):
    partner = partner_of(station)
    until = today() + dt.timedelta(days=30)
    services.close_temporarily(station=station, until=until, actor=manager, at=now(), reason="修路")
    with pytest.raises(ClosedByCounty):
        services.reopen_station(station=station, actor=partner, at=now())
    client.force_login(partner)
    assert "/station/reopening/" not in client.get("/station/").content.decode()
    assert client.post("/station/reopening/", {"key": new_key()}).status_code == 409
    assert Station.objects.get(pk=station.pk).status == "temporarily_closed"
    services.reopen_station(station=station, actor=manager, at=now())
    assert Station.objects.get(pk=station.pk).status == "active"


def test_households_of_a_closed_station_are_found_at_their_new_one(station, manager, second):
    resident("王秀英", station)
    household_of(Person.objects.get())
    services.close_station(closing=asked(station, manager), actor=second, at=now())
    mobile = api_client(partner_of(Station.objects.get(pk=station.parent_id)))
    found = mobile.get("/api/v1/people/find/", {"q": "wxy"}).json()["results"]
    assert [row["name_masked"] for row in found] == ["王*英"]
    assert Household.objects.get().home_station_id == station.parent_id
