"""Stations, divisions and certificates to read: over the API and on pages, by anybody and by their own people."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now
from rest_framework.test import APIClient

from stations.hooks import MONEY_AVAILABLE, Money
from stations.models import Certificate, Division, RegisterMiss, Service, Station
from stations.network import services
from stations.recruitment.numbers import is_well_formed, with_check_digits
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    county,
    county_manager_of,
    division_below,
    helper_of,
    partner_of,
)
from tests.hooks import replace

NUMBER = "321324000710004215"
pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory(last_seen_at=now())


def code_of(response):
    return response.json()["code"]


@pytest.fixture
def certificate(station):
    holder = UserFactory(last_name="王", first_name="秀英")
    return Certificate.objects.create(
        holder=holder,
        station=station,
        subject="partner",
        number=NUMBER,
        issued_date=dt.date(2026, 1, 10),
        expires_date=dt.date(2099, 1, 9),
    )


# --- divisions


def test_divisions_are_read_by_keyset_and_found(django_assert_num_queries):
    village = division_below(None, "village", name="桑园村", romanised="Sangyuan Cun", initials="syc")
    for _ in range(5):
        division_below(village.parent, "village")
    client = APIClient()
    with django_assert_num_queries(2):  # the page, and the names of its date
        page = client.get("/api/v1/divisions/", {"level": "village", "page_size": 4}).json()
    assert len(page["results"]) == 4
    assert len(client.get(page["next"]).json()["results"]) == 2
    [found] = client.get("/api/v1/divisions/", {"q": "syc", "parent": village.parent.code}).json()["results"]
    assert (found["code"], found["parent_code"]) == (village.code, village.parent.code)
    assert client.get("/api/v1/divisions/", {"at": "2019-12-31"}).json()["results"] == []


def test_an_unknown_level_is_refused():
    response = APIClient().get("/api/v1/divisions/", {"level": "hamlet"})
    assert (response.status_code, code_of(response)) == (422, "unknown_level")


# --- stations


def test_anybody_sees_the_public_facts_of_a_station(station, django_assert_max_num_queries):
    services.switch_service_on(station=station, service=Service.objects.get(code="recharge"), actor=None, at=now())
    with django_assert_max_num_queries(4):
        answer = APIClient().get(f"/api/v1/stations/{station.code}/").json()
    assert (answer["state"], answer["village"]) == ("closed_now", station.village.short_name)
    assert [(row["code"], row["open"]) for row in answer["services"]] == [("recharge", True)]
    Station.objects.update(status="planned")
    assert APIClient().get(f"/api/v1/stations/{station.code}/").status_code == 404


def test_near_stations_that_offer_a_service_are_found_with_few_queries(django_assert_max_num_queries):
    near = [StationFactory(latitude=33, longitude=118 + n) for n in range(3)]
    services.switch_service_on(station=near[1], service=Service.objects.get(code="recharge"), actor=None, at=now())
    with django_assert_max_num_queries(3):
        answer = APIClient().get("/api/v1/stations/near/", {"lat": "33", "lon": "118"}).json()
    assert [row["code"] for row in answer["results"]] == [row.code for row in near]
    only = APIClient().get("/api/v1/stations/near/", {"lat": "33", "lon": "118", "service": "recharge"}).json()
    assert [row["code"] for row in only["results"]] == [near[1].code]
    assert APIClient().get("/api/v1/stations/near/", {"lat": "133", "lon": "118"}).status_code == 400


def test_a_helper_reads_and_does_not_change(client, station):
    client.force_login(helper_of(station))
    assert client.get(reverse("network:station")).status_code == 200
    assert client.get(reverse("network:exception")).status_code == 403
    elsewhere = StationFactory(county=county())
    assert client.get(reverse("network:county_station", args=[elsewhere.code])).status_code == 404


def test_the_county_list_costs_the_same_for_many_stations(client, django_assert_max_num_queries):
    manager = county_manager_of(county())
    within = manager.live_posts[0].division
    stations = [StationFactory(county=within) for _ in range(6)]
    client.force_login(manager)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("network:county_stations")).content.decode()
    assert all(station.code in page for station in stations)
    assert "没有" in client.get(reverse("network:county_stations"), {"status": "planned"}).content.decode()


# --- for anybody


def test_the_sign_says_what_villagers_need_and_never_a_figure(client, station, monkeypatch):
    services.switch_service_on(station=station, service=Service.objects.get(code="recharge"), actor=None, at=now())
    replace(monkeypatch, MONEY_AVAILABLE, lambda asked, at: Money(cash=True, float=False))
    page = client.get(reverse("network:sign", args=[station.code])).content.decode()
    assert reverse("network:sign", args=[station.code]) == f"/s/{station.code}"
    for words in (station.name, "话费充值", "加盟费", station.code):
        assert words in page
    picture = client.get(reverse("network:sign_picture", args=[station.code]))
    assert picture["Content-Type"] == "image/svg+xml"
    assert client.get("/s/999999-9999").status_code == 404


def test_check_digits_are_those_of_mod_97():
    assert with_check_digits("3213240007100042") == NUMBER
    assert is_well_formed(NUMBER)
    wrong = ("321324000710004216", NUMBER[:-1], f"{NUMBER}0", "３21324000710004215", "")
    assert not any(is_well_formed(number) for number in wrong)


def test_the_register_shows_the_partner(client, certificate):
    answer = APIClient().get(f"/api/v1/register/{NUMBER}/").json()
    assert (answer["name_masked"], answer["state"], answer["station"]) == ("王*英", "valid", certificate.station.code)
    page = client.get(f"/r/{NUMBER}").content.decode()
    assert "王*英" in page
    assert "秀英" not in page
    assert client.get(f"/r/{NUMBER}/picture/").status_code == 200


def test_a_slip_of_the_pen_is_no_fake(client, certificate):
    response = APIClient().get("/api/v1/register/321324000710004216/")
    assert (response.status_code, code_of(response)) == (422, "number_mistyped")
    assert client.get("/r/321324000710004216").status_code == 422
    assert not RegisterMiss.objects.exists()


def test_a_number_never_issued_is_reported_to_its_county(client):
    within = county(code="321324000000")
    response = APIClient().get(f"/api/v1/register/{NUMBER}/")
    assert (response.status_code, code_of(response)) == (404, "not_registered")
    assert [(row.number, row.county) for row in RegisterMiss.objects.all()] == [(NUMBER, within)]
    assert client.get(f"/r/{NUMBER}").status_code == 404


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"revoked_at": dt.datetime(2026, 1, 11, tzinfo=dt.UTC)}, "revoked"),
        ({"expires_date": dt.date(2026, 1, 11)}, "expired"),
    ],
)
def test_the_register_tells_why_a_certificate_does_not_count(certificate, change, state):
    Certificate.objects.update(**change)
    assert APIClient().get(f"/api/v1/register/{NUMBER}/").json()["state"] == state


def test_an_address_looks_up_thirty_numbers_a_minute(certificate, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 25, 2, 0, 10, tzinfo=dt.UTC), tick=False)
    client = APIClient()
    assert {client.get(f"/api/v1/register/{NUMBER}/").status_code for _ in range(30)} == {200}
    last = client.get(f"/api/v1/register/{NUMBER}/")
    assert (last.status_code, last["Retry-After"]) == (429, "60")
    assert APIClient(REMOTE_ADDR="10.0.0.2").get(f"/api/v1/register/{NUMBER}/").status_code == 200
    time_machine.move_to(dt.datetime(2026, 11, 25, 2, 1, 0, tzinfo=dt.UTC), tick=False)
    assert client.get(f"/api/v1/register/{NUMBER}/").status_code == 200


def test_a_certificate_is_printed_at_its_own_station_only(client, certificate):
    path = reverse("recruitment:certificate", args=[NUMBER])
    client.force_login(partner_of(certificate.station))
    assert client.get(path).status_code == 200
    client.force_login(partner_of(StationFactory(county=county())))
    assert client.get(path).status_code == 404


def test_the_tree_of_the_factories_is_a_tree():
    village = division_below(None, "village")
    assert Division.objects.filter(pk__in=village.path.rstrip("/").split("/")).count() == 5


@pytest.mark.parametrize(
    "path",
    [
        "/county/stations/?after=%00",
        "/county/posts/?q=%00",
        "/county/stations/%00/",
        "/station/certificates/%00/",
        "/api/v1/users/%00/issue-login-code/",
        "/api/v1/stations/%00/",
        "/api/v1/posts/?cursor=%00",
    ],
)
def test_no_address_with_a_control_character_reaches_the_database(client, station, path):
    client.force_login(county_manager_of(station.county))
    assert client.get(path).status_code == 400
