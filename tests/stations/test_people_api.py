"""Residents over the API: by owner, colleague and outsider; always masked."""

import datetime as dt

import pytest
import time_machine

from core.models import RequestKey
from stations.people.models import AccessRead, Consent, ConsentText, Person, Reveal
from tests.factories.people import household_of, resident
from tests.factories.stations import (
    StationFactory,
    api_client,
    auditor,
    county_manager_of,
    helper_of,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
ID_NUMBER = "11010519491231002X"
CANARIES = ("王秀英", "13800005678", ID_NUMBER, "1949-12-31")


def key(number=0):
    return f"people-test-key-{number:04d}"


def post(client, path, body=None, number=0):
    return client.post(f"/api/v1/{path}", body or {}, format="json", HTTP_IDEMPOTENCY_KEY=key(number))


def patch(client, path, body, number=0):
    return client.patch(f"/api/v1/{path}", body, format="json", HTTP_IDEMPOTENCY_KEY=key(number))


def woman(station, **values):
    return resident(
        "王秀英", station, phone="13800005678", id_number=ID_NUMBER, birth_date=dt.date(1949, 12, 31), **values
    )


def assert_masked(response):
    for canary in CANARIES:
        assert canary not in response.content.decode(), canary


def test_finding_is_masked_and_needs_a_post():
    station = StationFactory()
    person = woman(station)
    response = api_client(helper_of(station)).get("/api/v1/people/find/", {"q": "wxy"})
    assert response.status_code == 200
    assert [row["id"] for row in response.json()["results"]] == [str(person.pk)]
    row = response.json()["results"][0]
    assert (row["name_masked"], row["phone_masked"], row["birth_year"]) == ("王*英", "+86 138****5678", 1949)
    assert_masked(response)
    assert api_client(platform_admin()).get("/api/v1/people/find/", {"q": "wxy"}).status_code == 403
    assert api_client(helper_of(StationFactory())).get("/api/v1/people/find/", {"q": "wxy"}).json() == {"results": []}


def test_whole_numbers_go_by_post_and_are_not_echoed():
    station = StationFactory()
    client = api_client(helper_of(station))
    person = woman(station)
    for number in ("13800005678", "+86 138 0000 5678", ID_NUMBER):
        refused = client.get("/api/v1/people/find/", {"q": number})
        assert (refused.status_code, refused.json()["code"]) == (400, "send_by_post")
        found = client.post("/api/v1/people/find/", {"q": number}, format="json")
        assert [row["id"] for row in found.json()["results"]] == [str(person.pk)]
        assert_masked(refused)
        assert_masked(found)


def test_too_short_is_a_problem_of_the_field():
    station = StationFactory()
    response = api_client(helper_of(station)).get("/api/v1/people/find/", {"q": "567"})
    assert (response.status_code, response.json()["code"]) == (400, "query_too_short")
    assert "q" in response.json()["errors"]


def test_searching_the_county_is_logged_and_the_own_station_is_not():
    station = StationFactory()
    helper = helper_of(station)
    woman(StationFactory(county=station.county))
    client = api_client(helper)
    assert client.get("/api/v1/people/find/", {"q": "wxy"}).json() == {"results": []}
    assert not AccessRead.objects.exists()
    wide = client.get("/api/v1/people/find/", {"q": "wxy", "scope": "county"})
    assert len(wide.json()["results"]) == 1
    assert_masked(wide)
    row = AccessRead.objects.get()
    assert (row.user, row.what, row.person, row.post) == (helper, "search_county", None, helper.posts.get())


def test_registering_answers_once_and_again_the_same():
    station = StationFactory()
    client = api_client(helper_of(station))
    body = {"full_name": "王秀英", "phone": "13800005678", "id_number": ID_NUMBER, "is_walk_in": True}
    first, second = post(client, "people/", body), post(client, "people/", body)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert Person.objects.count() == 1
    assert_masked(first)
    stored = RequestKey.objects.get()
    for canary in CANARIES:
        assert canary not in str(stored.answer)


def test_a_likely_twin_is_a_problem_with_the_masked_people():
    station = StationFactory()
    client = api_client(helper_of(station))
    twin = woman(station)
    refused = post(client, "people/", {"full_name": "王秀英"})
    assert (refused.status_code, refused.json()["code"]) == (409, "person_may_exist")
    assert [row["id"] for row in refused.json()["similar"]] == [str(twin.pk)]
    assert_masked(refused)
    assert Person.objects.count() == 1
    made = post(client, "people/", {"full_name": "王秀英", "confirmed_new": True}, number=1)
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"full_name": "李四", "id_number": ID_NUMBER}, "id_already_registered"),
        ({"full_name": "李四", "id_number": "110105194912310021"}, "invalid_id_number"),
        ({"full_name": "李四", "phone": "1380000"}, "phone_invalid"),
        ({"full_name": "李四", "village_code": "000000000000"}, "village_elsewhere"),
        ({"full_name": "李四", "birth_date": "2999-01-01"}, "born_in_future"),
        ({"full_name": "李\u0000四"}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_refusals_write_nobody(body, code):
    station = StationFactory()
    woman(station)
    response = post(api_client(helper_of(station)), "people/", body)
    assert response.json()["code"] == code
    assert response.status_code in (400, 409, 422)
    assert_masked(response)
    assert Person.objects.count() == 1


def test_who_holds_two_stations_says_at_which_one():
    station, other = StationFactory(), StationFactory()
    user = helper_of(other, helper_of(station))
    client = api_client(user)
    unclear = post(client, "people/", {"full_name": "王秀英"})
    assert (unclear.status_code, list(unclear.json()["errors"])) == (400, ["station"])
    assert post(client, "people/", {"full_name": "王秀英", "station": other.code}, number=1).status_code == 201
    assert Person.objects.get().home_station == other
    stranger = StationFactory()
    assert post(client, "people/", {"full_name": "李四", "station": stranger.code}, number=2).status_code == 404


def test_scenario_6_a_stranger_gets_404_and_it_is_written_down():
    station = StationFactory()
    person = woman(station)
    stranger = partner_of(StationFactory())
    client = api_client(stranger)
    paths = ["", "reveal/", "consents/", "send-phone-code/", "confirm-phone/", "issue-card/", "revoke-card/"]
    bodies = {
        "reveal/": {"field": "phone", "reason": "claim"},
        "consents/": {"purpose": "sms_notice", "text_version": 1, "manner": "signature"},
        "confirm-phone/": {"code": "123456"},
    }
    assert client.get(f"/api/v1/people/{person.pk}/").status_code == 404
    assert patch(client, f"people/{person.pk}/", {"sex": "male"}).status_code == 404
    for number, path in enumerate(paths[1:], start=1):
        response = post(client, f"people/{person.pk}/{path}", bodies.get(path), number)
        assert response.status_code == 404, path
        assert_masked(response)
    rows = AccessRead.objects.filter(user=stranger, person=person, what="refused")
    assert rows.count() == 2 + len(paths) - 1
    assert not Reveal.objects.exists()
    person.refresh_from_db()
    assert person.sex == "unknown"


def test_a_colleague_of_the_county_reads_masked_and_logged_but_may_not_correct():
    station = StationFactory()
    person = woman(station)
    neighbour = partner_of(StationFactory(county=station.county))
    client = api_client(neighbour)
    response = client.get(f"/api/v1/people/{person.pk}/")
    assert response.status_code == 200
    assert_masked(response)
    assert AccessRead.objects.get(user=neighbour).what == "person"
    assert patch(client, f"people/{person.pk}/", {"sex": "male"}).status_code == 403
    assert post(client, f"people/{person.pk}/reveal/", {"field": "phone", "reason": "claim"}).status_code == 403
    assert not Reveal.objects.exists()


def test_an_auditor_reads_and_changes_nothing():
    station = StationFactory()
    person = woman(station)
    reader = auditor(station.county)
    client = api_client(reader)
    response = client.get(f"/api/v1/people/{person.pk}/")
    assert response.status_code == 200
    assert_masked(response)
    assert AccessRead.objects.get().user == reader
    assert patch(client, f"people/{person.pk}/", {"sex": "male"}).status_code == 403


def test_correcting_goes_through_a_key():
    station = StationFactory()
    person = resident("王秀英", station)
    client = api_client(helper_of(station))
    unkeyed = client.patch(f"/api/v1/people/{person.pk}/", {"sex": "female"}, format="json")
    assert unkeyed.json()["code"] == "idempotency_key_missing"
    first = patch(client, f"people/{person.pk}/", {"sex": "female", "reason": "asked"})
    second = patch(client, f"people/{person.pk}/", {"sex": "female", "reason": "asked"})
    assert first.status_code == second.status_code == 200
    assert second["Idempotent-Replayed"] == "true"
    assert patch(client, f"people/{person.pk}/", {"sex": "male"}).status_code == 422
    person.refresh_from_db()
    assert person.sex == "female"


def test_a_reveal_shows_the_value_for_a_minute_and_stores_it_nowhere():
    station = StationFactory()
    person = woman(station)
    client = api_client(partner_of(station))
    path, body = f"people/{person.pk}/reveal/", {"field": "id_number", "reason": "claim"}
    with time_machine.travel(NOW, tick=False):
        first = post(client, path, body)
        assert first.json() == {"value": ID_NUMBER, "shown_until": "2026-11-25T02:01:00.000Z"}
    with time_machine.travel(NOW + dt.timedelta(seconds=59), tick=False):
        assert post(client, path, body).json() == first.json()
    with time_machine.travel(NOW + dt.timedelta(seconds=60), tick=False):
        assert post(client, path, body).json()["code"] == "no_longer_shown"
    assert Reveal.objects.count() == 1
    assert ID_NUMBER not in str(list(RequestKey.objects.values()))


def test_a_reveal_without_reason_and_by_a_helper_is_refused():
    station = StationFactory()
    person = woman(station)
    refused = post(api_client(partner_of(station)), f"people/{person.pk}/reveal/", {"field": "phone"})
    assert refused.json()["code"] == "reason_missing"
    helped = post(api_client(helper_of(station)), f"people/{person.pk}/reveal/", {"field": "phone", "reason": "claim"})
    assert helped.status_code == 403
    assert not Reveal.objects.exists()


def test_consents_are_given_listed_and_withdrawn():
    station = StationFactory()
    person = resident("王秀英", station, birth_date=dt.date(1951, 3, 8))
    client = api_client(helper_of(station))
    texts = client.get("/api/v1/consent-texts/", {"language": "en"}).json()["results"]
    assert {text["purpose"] for text in texts} >= {"service_record", "sms_notice"}
    assert {text["language"] for text in texts} == {"en"}
    body = {"purpose": "sms_notice", "text_version": 1, "manner": "signature"}
    given = post(client, f"people/{person.pk}/consents/", body)
    assert (given.status_code, given.json()["state"]) == (201, "given")
    consent = given.json()["id"]
    stranger = api_client(helper_of(StationFactory()))
    assert post(stranger, f"consents/{consent}/withdraw/").status_code == 404
    manager = api_client(county_manager_of(station.county))
    assert post(manager, f"consents/{consent}/withdraw/").status_code == 403
    assert Consent.objects.get().withdrawn_at is None
    assert post(client, f"consents/{consent}/withdraw/").json()["state"] == "withdrawn"
    again = post(client, f"consents/{consent}/withdraw/", number=1)
    assert (again.status_code, again.json()["code"]) == (409, "consent_missing")
    listed = client.get(f"/api/v1/people/{person.pk}/consents/").json()["results"]
    assert [row["state"] for row in listed] == ["withdrawn"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"purpose": "sms_notice", "text_version": 7, "manner": "signature"}, "text_outdated"),
        ({"purpose": "sms_notice", "text_version": 1, "manner": "code", "code": "123456"}, "code_expired"),
        ({"purpose": "education_record", "text_version": 1, "manner": "voice"}, "guardian_required"),
    ],
)
def test_consents_that_do_not_hold_are_refused(body, code):
    station = StationFactory()
    born = dt.date(2020, 1, 1) if code == "guardian_required" else dt.date(1951, 3, 8)
    person = resident("王秀英", station, phone="13800005678", birth_date=born)
    response = post(api_client(helper_of(station)), f"people/{person.pk}/consents/", body)
    assert response.json()["code"] == code
    assert not Consent.objects.exists()


def test_a_card_finds_its_holder_until_it_is_revoked():
    station = StationFactory()
    person = resident("王秀英", station)
    client = api_client(helper_of(station))
    code = post(client, f"people/{person.pk}/issue-card/").json()["code"]
    found = client.get("/api/v1/people/find/", {"q": code}).json()["results"]
    assert [row["id"] for row in found] == [str(person.pk)]
    post(client, f"people/{person.pk}/revoke-card/", number=1)
    assert client.get("/api/v1/people/find/", {"q": code}).json() == {"results": []}


def test_households_are_registered_read_and_joined():
    station = StationFactory()
    head, wife = resident("张三", station), resident("李小红", station)
    client = api_client(helper_of(station))
    made = post(client, "households/", {"house_number": "12", "head": str(head.pk)})
    assert made.status_code == 201
    household = made.json()["id"]
    assert made.json()["head_masked"] == "张*"
    joined = post(client, f"households/{household}/move-in/", {"person": str(wife.pk), "relation": "spouse"})
    assert [member["relation"] for member in joined.json()["members"]] == ["head", "spouse"]
    assert "李小红" not in joined.content.decode()
    assert client.get(f"/api/v1/households/{household}/").json() == joined.json()
    assert api_client(helper_of(StationFactory())).get(f"/api/v1/households/{household}/").status_code == 404


def test_the_head_cannot_leave_the_others():
    station = StationFactory()
    head = resident("张三", station)
    home, other = household_of(head), household_of(resident("王五", station))
    client = api_client(helper_of(station))
    post(client, f"households/{home.pk}/move-in/", {"person": str(resident("李四", station).pk), "relation": "spouse"})
    refused = post(client, f"households/{other.pk}/move-in/", {"person": str(head.pk), "relation": "other"}, 1)
    assert refused.json()["code"] == "head_leaves"


def test_a_look_is_not_repeated_for_somebody_whose_post_has_ended():
    station = StationFactory()
    partner, person = partner_of(station), woman(station)
    client = api_client(partner)
    path, body = f"people/{person.pk}/reveal/", {"field": "phone", "reason": "customer_present"}
    assert post(client, path, body).json()["value"] == "+8613800005678"
    partner.posts.update(to_at=dt.datetime.now(dt.UTC))
    again = post(client, path, body)
    assert again.status_code == 404
    assert_masked(again)


def test_a_search_of_a_whole_county_is_written_down_whoever_searches():
    station = StationFactory()
    manager = county_manager_of(station.county)
    api_client(manager).get("/api/v1/people/find/", {"q": "wxy"})
    assert [(row.user_id, row.what) for row in AccessRead.objects.all()] == [(manager.pk, "search_county")]


def test_reading_a_household_beyond_the_own_station_is_written_down():
    station = StationFactory()
    home = household_of(woman(station))
    assert api_client(helper_of(station)).get(f"/api/v1/households/{home.pk}/").status_code == 200
    assert not AccessRead.objects.exists()
    reader = auditor()
    assert api_client(reader).get(f"/api/v1/households/{home.pk}/").status_code == 200
    assert [(row.user_id, row.person_id, row.what) for row in AccessRead.objects.all()] == [
        (reader.pk, home.head_id, "household")
    ]


def test_the_texts_of_the_day_are_those_of_the_day_at_the_station():
    station = StationFactory()
    ConsentText.objects.create(
        purpose="sms_notice", version=9, language="zh-hans", body="新的", from_date=dt.date(2026, 11, 26)
    )
    client = api_client(helper_of(station))
    for instant, version in (("2026-11-25T15:59:59Z", 1), ("2026-11-25T16:00:00Z", 9)):
        with time_machine.travel(instant, tick=False):
            texts = client.get("/api/v1/consent-texts/").json()["results"]
        assert {text["purpose"]: text["text_version"] for text in texts}["sms_notice"] == version
