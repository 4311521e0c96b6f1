"""The verbs of stations over the API and on pages: by owner, colleague and outsider, with the wrong verb, twice."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now
from rest_framework.test import APIClient

from stations.models import ServicePause, Station, StationService
from tests.factories.stations import (
    StationFactory,
    api_client,
    auditor,
    county,
    county_manager_of,
    division_below,
    helper_of,
    partner_of,
)

# Requests open their own transaction, so each test has a database of its own.
pytestmark = pytest.mark.django_db


def send(client, path, body=None, key=None):
    return client.post(
        f"/api/v1/{path}", body or {}, format="json", headers={"Idempotency-Key": key or f"key-{uuid4()}"}
    )


def code_of(response):
    return response.json()["code"]


def test_a_helper_sends_the_sign_of_life_and_a_stranger_does_not():
    station = StationFactory()
    assert send(api_client(helper_of(station)), f"stations/{station.code}/heartbeat/").status_code == 200
    heard = Station.objects.get(pk=station.pk).last_seen_at
    assert heard is not None
    stranger = helper_of(StationFactory(county=county()))
    assert send(api_client(stranger), f"stations/{station.code}/heartbeat/").status_code == 404
    manager = county_manager_of(station.county)
    assert send(api_client(manager), f"stations/{station.code}/heartbeat/").status_code == 403
    assert Station.objects.get(pk=station.pk).last_seen_at == heard


def test_the_county_switches_a_service_once():
    station = StationFactory()
    client, path = api_client(county_manager_of(station.county)), f"stations/{station.code}/services/recharge"
    first = send(client, f"{path}/on/", {"reason": "培训完成"}, key="key-0000000000000001")
    again = send(client, f"{path}/on/", {"reason": "培训完成"}, key="key-0000000000000001")
    assert (first.status_code, again.json(), again["Idempotent-Replayed"]) == (200, first.json(), "true")
    assert code_of(send(client, f"{path}/on/", {"reason": "又一次"})) == "no_change"
    assert send(client, f"{path}/off/", {"reason": "检修"}).status_code == 200
    assert StationService.objects.count() == 1
    assert code_of(send(client, f"stations/{station.code}/services/time_travel/on/", {"reason": "x"})) == (
        "service_unknown"
    )
    assert code_of(send(client, f"stations/{station.code}/services/insurance_claim/on/", {"reason": "x"})) == (
        "certificate_missing"
    )


def test_who_may_not_switch_is_told_so_or_sees_nothing():
    station = StationFactory()
    path = f"stations/{station.code}/services/recharge/on/"
    assert send(api_client(partner_of(station)), path, {"reason": "x"}).status_code == 403
    assert send(api_client(auditor()), path, {"reason": "x"}).status_code == 403
    stranger = county_manager_of(county())
    assert send(api_client(stranger), path, {"reason": "x"}).status_code == 404
    assert send(APIClient(), path, {"reason": "x"}).status_code == 401
    assert not StationService.objects.exists()


def test_a_manager_pauses_in_his_own_county_only():
    station = StationFactory()
    client = api_client(county_manager_of(station.county))
    body = {"service": "recharge", "division": station.county.code, "reason": "运营商故障"}
    made = send(client, "service-pauses/", body)
    assert (made.status_code, made.json()["division"]) == (201, station.county.code)
    assert code_of(send(client, "service-pauses/", body)) == "no_change"
    elsewhere = {**body, "division": county().code}
    assert send(client, "service-pauses/", elsewhere).status_code == 404
    assert send(api_client(partner_of(station)), "service-pauses/", body).status_code in (403, 404)
    end = f"service-pauses/{made.json()['id']}/end/"
    assert send(api_client(county_manager_of(county())), end).status_code == 404
    assert send(client, end).status_code == 200
    assert code_of(send(client, end)) == "no_change"
    assert ServicePause.objects.count() == 1


def test_a_station_is_planned_and_moved_by_its_county():
    centre = StationFactory().parent
    manager = county_manager_of(centre.county)
    client = api_client(manager)
    village = division_below(centre.county, "village")
    body = {"kind": "village_station", "name": "桑园村服务站", "village": village.code, "parent": centre.code}
    made = send(client, "stations/", body)
    assert (made.status_code, made.json()["status"]) == (201, "planned")
    path = f"stations/{made.json()['code']}"
    assert send(client, f"{path}/fit-out/", {"reason": "开工"}).json()["status"] == "fitting_out"
    assert code_of(send(client, f"{path}/start-trial/", {"reason": "试运行"})) == "station_not_ready"
    assert code_of(send(client, f"{path}/suspend/", {"reason": "x"})) == "wrong_state"
    stranger = api_client(county_manager_of(county()))
    assert send(stranger, "stations/", body).status_code == 404
    assert send(stranger, f"{path}/start-trial/", {"reason": "x"}).status_code == 404


def test_pages_of_the_county_write_once_and_refuse_where_one_stands(client):
    station = StationFactory()
    client.force_login(county_manager_of(station.county))
    path = reverse("network:switch", args=[station.code, "recharge", "on"])
    press = {"reason": "培训完成", "key": "key-0000000000000002"}
    assert client.post(path, press).status_code == client.post(path, press).status_code == 303
    assert client.post(path, {**press, "key": "key-0000000000000003"}).status_code == 409
    assert StationService.objects.count() == 1
    hours = {f"day{day}": "08:00-12:00，14：00—18:00" for day in range(1, 7)}
    page = reverse("network:hours", args=[station.code])
    press = {**hours, "from_date": "2026-01-01", "key": "key-0000000000000004"}
    assert client.post(page, press).status_code == 303
    assert station.hours.count() == 12
    wrong = client.post(page, {**press, "day1": "8-12", "key": "key-0000000000000005"})
    assert (wrong.status_code, station.hours.count()) == (422, 12)
    pause = reverse("network:pause")
    press = {"service": "recharge", "reason": "故障", "key": "key-0000000000000006"}
    assert client.post(pause, press).status_code == 303
    row = ServicePause.objects.get()
    assert row.division == station.county
    end = reverse("network:end_pause", args=[row.pk])
    assert client.post(end, {"key": "key-0000000000000007"}).status_code == 303
    move = reverse("network:move", args=[station.code, "suspend"])
    assert client.post(move, {"reason": "投诉", "key": "key-0000000000000008"}).status_code == 303
    assert Station.objects.get(pk=station.pk).status == "suspended"
    for page in ("network:county_stations", "network:pause"):
        assert client.get(reverse(page)).status_code == 200
    for page in ("network:county_station", "network:hours"):
        assert client.get(reverse(page, args=[station.code])).status_code == 200
    assert client.get(reverse("network:move", args=[station.code, "fly"])).status_code == 404


def test_a_partner_changes_a_day_and_closes_the_station(client):
    station = StationFactory()
    client.force_login(partner_of(station))
    press = {"date": "2026-12-01", "hours": "", "reason": "赶集", "key": "key-0000000000000011"}
    assert client.post(reverse("network:exception"), press).status_code == 303
    assert station.exceptions.get().opens is None
    until = (now() + dt.timedelta(days=3)).date().isoformat()
    press = {"until": until, "reason": "探亲", "key": "key-0000000000000012"}
    assert client.post(reverse("network:closing"), press).status_code == 303
    assert Station.objects.get(pk=station.pk).status == "temporarily_closed"
    for page in ("network:station", "network:paper_sign", "network:exception"):
        assert client.get(reverse(page)).status_code == 200
    assert client.get(reverse("network:county_station", args=[station.code])).status_code == 200
    switch = reverse("network:switch", args=[station.code, "recharge", "on"])
    assert client.get(switch).status_code == 403
