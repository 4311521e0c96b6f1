"""Parcels over the API: at the counter, from a phone that was without a network, and for anybody who tracks one."""

import datetime as dt

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.timezone import now

from logistics.models import Parcel
from logistics.parcels.services import collect_parcel
from tests.factories.parcels import code_of, parcel, waiting, wrong_code
from tests.factories.people import resident
from tests.factories.refunds import photo_by
from tests.factories.stations import StationFactory, api_client, auditor, county_clerk_of, helper_of, partner_of, send

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


def address(made, verb=""):
    return f"/api/v1/parcels/{made.number}/{verb}"


def test_a_parcel_is_registered_and_another_station_does_not_see_it(station, helper):
    clerk = county_clerk_of(station.county)
    body = {
        "from_station": station.parent.code, "to_station": station.code, "receiver_name": "王秀英",
        "receiver_phone": "+8613800138000", "weight_g": 800,
    }  # fmt: skip
    answer = send(api_client(clerk), "/api/v1/parcels/", **body)
    assert (answer.status_code, answer.json()["status"], answer.json()["phone_tail"]) == (201, "pre_transit", "8000")
    made = Parcel.objects.get()
    neighbour = helper_of(StationFactory(county=station.county, parent=station.parent))
    assert [api_client(user).get(address(made)).status_code for user in (helper, auditor(), neighbour)] == [
        200,
        200,
        404,
    ]
    [step] = api_client(helper).get(address(made)).json()["steps"]
    assert (step["kind"], step["by"], step["place"]) == ("created", clerk.username, station.parent.code)
    listed = api_client(helper).get("/api/v1/parcels/", {"status": "pre_transit"}).json()["results"]
    assert [row["number"] for row in listed] == [made.number]
    assert send(api_client(helper), "/api/v1/parcels/", **body).status_code == 403


def test_at_the_counter_a_code_is_tried_and_used_once_whatever_is_sent_twice(station, helper):
    made = waiting(station)
    client, code = api_client(helper), code_of(made)
    refused = send(client, address(made, "collect/"), code=wrong_code(made))
    assert (refused.status_code, refused.json()["code"], refused.json()["params"]) == (
        422, "code_wrong", {"tries_left": 4},
    )  # fmt: skip
    assert made.codes.get().tries == 1
    key = {"Idempotency-Key": "k" * 16}
    answers = [client.post(address(made, "collect/"), {"code": code}, headers=key, format="json") for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["collected"] * 2
    assert send(client, address(made, "collect/"), code=code).json()["code"] == "already_collected"
    assert send(api_client(county_clerk_of(station.county)), address(made, "collect/"), code=code).status_code == 403
    assert send(client, address(waiting(station, cash=5_00), "collect/"), code="000000").json()["code"] == (
        "belongs_to_an_order"
    )


def test_every_other_verb_answers_over_the_api(station, helper):
    clerk, partner = api_client(county_clerk_of(station.county)), api_client(partner_of(station))
    made = waiting(station)
    assert send(partner, address(made, "extend/")).status_code == 200
    assert send(partner, address(made, "reissue-code/")).status_code == 200
    assert send(partner, address(made, "refuse/"), reason="late").json()["status"] == "refused"
    assert send(partner, address(made, "return/")).json()["status"] == "return_to_sender"
    assert send(partner, address(made, "receive-back/")).status_code == 403
    assert send(clerk, address(made, "receive-back/")).json()["status"] == "returned"
    second = waiting(station)
    assert send(clerk, address(second, "annul/"), reason="扫错了").json()["status"] == "out_for_delivery"
    assert send(clerk, address(second, "report/"), exception="damaged").json()["code"] == "photo_of_damage"
    assert send(clerk, address(second, "report/"), exception="lost").json()["status"] == "lost"
    third, witness = waiting(station), resident(station=station)
    photo = photo_by(helper)
    seen = {"witness": str(witness.pk), "photo": str(photo.pk)}
    assert send(partner, address(third, "collect/"), **seen).json()["code"] == "file_unknown"
    assert send(api_client(helper), address(third, "collect/"), **seen, proxy_name="李四").status_code == 400
    assert send(api_client(helper), address(third, "collect/"), **seen).json()["proof"] == "id_check"


def test_a_batch_from_a_phone_that_was_offline_is_taken_over_scan_by_scan(station, helper):
    coming, ready, taken = parcel(station), waiting(station), waiting(station)
    other = waiting()
    collect_parcel(parcel=taken, code=code_of(taken), by=partner_of(station), at=now())
    made_at = (now() - 5 * MINUTE).isoformat()

    def scan(made, kind, key, **more):
        return {"number": made.number, "kind": kind, "made_at": made_at, "key": key, **more}

    scans = [
        scan(coming, "receive", "phone-a-1"),
        scan(coming, "receive", "phone-a-1"),
        scan(ready, "collect", "phone-a-2", code=wrong_code(ready)),
        scan(ready, "collect", "phone-a-3", code=code_of(ready)),
        scan(taken, "collect", "phone-a-4", code="000000"),
        scan(other, "receive", "phone-a-5"),
        scan(coming, "arrive", "phone-a-6"),
        scan(ready, "load", "phone-a-7"),
    ]
    answer = send(api_client(helper), "/api/v1/parcels/scan/", station=station.code, scans=scans)
    results = [(row["outcome"], row["code"], row["status"]) for row in answer.json()["results"]]
    assert results == [
        ("accepted", None, "available_for_pickup"),
        ("duplicate", None, "available_for_pickup"),
        ("refused", "code_wrong", "available_for_pickup"),
        ("accepted", None, "collected"),
        ("conflict", "already_collected", "collected"),
        ("refused", "parcel_unknown", None),
        ("refused", "parcel_unknown", None),
        ("accepted", None, "collected"),
    ]
    assert ready.codes.get().tries == 1
    assert ready.events.get(kind="loaded", is_out_of_order=True).made_at.isoformat() == made_at
    again = send(api_client(helper), "/api/v1/parcels/scan/", station=station.code, scans=scans[:1])
    assert again.json()["results"][0]["outcome"] == "duplicate"


def test_a_batch_of_scans_asks_no_more_for_many_numbers_out_of_reach(station, helper, django_assert_max_num_queries):
    scans = [
        {"number": f"P261125-AAAAA{n:02}", "kind": "receive", "made_at": now().isoformat(), "key": f"phone-b-{n}"}
        for n in range(50)
    ]
    client = api_client(helper)
    with django_assert_max_num_queries(14):
        answer = send(client, "/api/v1/parcels/scan/", station=station.code, scans=scans)
    assert {row["code"] for row in answer.json()["results"]} == {"parcel_unknown"}


def test_the_list_for_hand_overs_without_a_network_proves_codes_and_tells_none(station, helper):
    made = waiting(station)
    waiting()
    path = f"/api/v1/stations/{station.code}/pickup-list/"
    [row] = api_client(helper).get(path).json()["results"]
    assert (row["number"], row["tries_left"]) == (made.number, 5)
    assert PBKDF2PasswordHasher().verify(code_of(made), row["code_hash"])
    assert row["code_hash"].startswith("pbkdf2_sha256$100000$")
    assert api_client(helper_of(StationFactory())).get(path).status_code == 404


def test_anybody_tracks_a_parcel_by_number_and_end_of_the_phone_and_reads_no_name(station, client):
    made = waiting(station)
    path = f"/api/v1/tracks/{made.number}/"
    answer = client.get(path, {"phone_tail": "8000"})
    assert (answer.status_code, answer.json()["status"]) == (200, "available_for_pickup")
    assert [step["status"] for step in answer.json()["steps"]] == [
        "pre_transit", "out_for_delivery", "available_for_pickup",
    ]  # fmt: skip
    assert made.receiver_name not in answer.content.decode()
    assert [client.get(path, query).status_code for query in ({"phone_tail": "8001"}, {"phone_tail": "%"}, {})] == (
        [404] * 3
    )
