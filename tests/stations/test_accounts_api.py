"""Accounts over the API: owner, colleague and outsider at every door."""

import datetime as dt

import pytest
from django.utils.timezone import now
from rest_framework.test import APIClient

from core.models import RequestKey
from stations.accounts.models import Device, DeviceToken, LoginCode, Post, User
from tests.factories.accounts import PASSWORD, another, app_of, code_for, shown_by
from tests.factories.stations import (
    DeviceFactory,
    StationFactory,
    UserFactory,
    api_client,
    auditor,
    county,
    county_manager_of,
    helper_of,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef"


def send(client, path, body=None, key=KEY):
    return client.post(f"/api/v1/{path}", body or {}, format="json", headers={"Idempotency-Key": key})


def sign_in(user, code, key=KEY, **typed):
    body = {"username": user.username, "password": PASSWORD, "code": code, "label": "柜台手机", **typed}
    return send(APIClient(), "device-tokens/", body, key)


def me(token):
    return APIClient().get("/api/v1/me/", headers={"Authorization": f"Token {token}"})


# --- tokens


def test_a_first_sign_in_gives_a_token_of_this_device():
    station = StationFactory()
    user = partner_of(station)
    answer = sign_in(user, code_for(user))
    assert answer.status_code == 201
    assert me(answer.data["token"]).json()["posts"][0]["station"] == station.code
    device = Device.objects.get()
    assert (str(device.pk), device.station, device.label) == (answer.data["device"], station, "柜台手机")


def test_the_same_sign_in_again_gives_the_same_token_and_no_second_device():
    user = partner_of(StationFactory())
    code = code_for(user)
    first, second = sign_in(user, code), sign_in(user, code)
    assert first.data == second.data
    assert second["Idempotent-Replayed"] == "true"
    assert (Device.objects.count(), DeviceToken.objects.count()) == (1, 1)


def test_the_key_alone_gives_nobody_the_token():
    user = partner_of(StationFactory())
    code = code_for(user)
    token = sign_in(user, code).data["token"]
    guess = sign_in(user, code, password="guess")
    assert (guess.status_code, guess.json()["code"]) == (422, "idempotency_key_reused")
    stored = str(list(RequestKey.objects.values())) + str(list(DeviceToken.objects.values()))
    assert token not in stored
    assert PASSWORD not in stored
    assert f'"{code}"' not in stored


def test_a_wrong_sign_in_answers_the_same_whatever_was_wrong():
    user = partner_of(StationFactory())
    code = code_for(user)
    answers = [
        sign_in(user, another(code), key=f"{KEY}1"),
        sign_in(user, code, key=f"{KEY}2", password="guess"),
        sign_in(user, code, key=f"{KEY}3", username="nobody"),
    ]
    assert len({answer.content for answer in answers}) == 1
    assert (answers[0].status_code, answers[0].json()["code"]) == (422, "sign_in_refused")
    assert LoginCode.objects.get().tries == 1
    assert not Device.objects.exists()


def test_staff_get_a_token_with_their_app_only():
    staff = county_manager_of(county())
    answer = sign_in(staff, code_for(staff))
    assert (answer.status_code, answer.json()["code"]) == (409, "second_factor_missing")
    assert not DeviceToken.objects.exists()
    app = app_of(staff)
    answer = sign_in(staff, shown_by(app), key=f"{KEY}2")
    assert me(answer.data["token"]).status_code == 200


def test_a_token_is_given_up_by_its_holder():
    user = partner_of(StationFactory())
    token = sign_in(user, code_for(user)).data["token"]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert send(client, "device-tokens/end/").status_code == 204
    assert me(token).status_code == 401


def test_without_a_token_the_answer_is_401_and_says_how():
    answer = APIClient().get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Token realm="EcomNet"'
    assert me("f" * 64).json()["code"] == "authentication_failed"
    assert me("f" * 64).status_code == 401


def test_the_end_of_all_sessions_ends_the_token_that_asked():
    user = partner_of(StationFactory())
    client = api_client(user)
    assert send(client, "me/end-sessions/").status_code == 204
    assert client.get("/api/v1/me/").status_code == 401


def test_language_and_size_of_text_are_chosen():
    user = partner_of(StationFactory())
    client = api_client(user)
    assert send(client, "me/choose-language/", {"language": "en"}).json()["language"] == "en"
    assert send(client, "me/choose-text-size/", {"percent": 125}).json()["text_size"] == 125
    assert send(client, "me/choose-text-size/", {"percent": 90}, key=f"{KEY}2").status_code == 400
    user.refresh_from_db()
    assert (user.language, user.text_size) == ("en", 125)


# --- posts


def wish(user, station, /, **values):
    return {
        "user": user.username,
        "role": "helper",
        "reach": "station",
        "station": station.code,
        "reason": "新帮手",
        **values,
    }


def test_a_manager_gives_a_post_once():
    station, user = StationFactory(), UserFactory()
    client = api_client(county_manager_of(station.county))
    first, second = (send(client, "posts/", wish(user, station)) for _ in range(2))
    assert first.status_code == 201
    assert first.json() == second.json()
    assert (first.json()["station"], first.json()["role"]) == (station.code, "helper")
    assert Post.objects.filter(user=user).count() == 1


@pytest.mark.parametrize("holder", [helper_of, partner_of])
def test_people_of_a_station_give_no_posts(holder):
    station, user = StationFactory(), UserFactory()
    assert send(api_client(holder(station)), "posts/", wish(user, station)).status_code == 403
    assert not Post.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"reach": "region"}, 400, "reach_incomplete"),
        ({"station": "999999-0001"}, 422, "station_unknown"),
        ({"user": "nobody"}, 422, "user_unknown"),
        ({"role": "clown"}, 400, "invalid"),
        ({"role": "county_clerk"}, 422, "reach_not_of_role"),
        ({"reason": "a\x00b"}, 400, "invalid"),
        ({"from_at": "2020-01-01T00:00:00Z"}, 422, "post_period_wrong"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(change, status, code):
    station, user = StationFactory(), UserFactory()
    answer = send(api_client(county_manager_of(station.county)), "posts/", wish(user, station, **change))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Post.objects.filter(user=user).exists()


def test_a_manager_of_another_county_gives_no_post_here():
    station, user = StationFactory(), UserFactory()
    answer = send(api_client(county_manager_of(county())), "posts/", wish(user, station))
    assert (answer.status_code, answer.json()["code"]) == (422, "reach_outside_own")
    assert not Post.objects.filter(user=user).exists()


def test_a_clerk_is_given_over_a_county_by_its_code():
    here, user = county(), UserFactory()
    body = {"user": user.username, "role": "county_clerk", "reach": "region", "division": here.code, "reason": "新人"}
    answer = send(api_client(county_manager_of(here)), "posts/", body)
    assert (answer.status_code, answer.json()["division"]) == (201, here.code)


def test_posts_are_read_within_reach():
    here, there = StationFactory(), StationFactory()
    helper = helper_of(here)
    partner_of(there)

    def seen_by(user):
        answer = api_client(user).get("/api/v1/posts/")
        return {post["user"] for post in answer.json().get("results", [])}, answer.status_code

    manager = county_manager_of(here.county)
    assert seen_by(manager) == ({helper.username, manager.username}, 200)
    assert len(seen_by(auditor())[0]) == 4
    assert seen_by(helper)[1] == 403
    assert seen_by(UserFactory())[1] == 403


def test_a_post_is_ended_by_the_manager_of_its_county_only():
    station = StationFactory()
    post = helper_of(station).posts.get()
    path, body = f"posts/{post.pk}/end/", {"reason": "合同到期"}
    stranger, reader = county_manager_of(county()), auditor()
    assert send(api_client(stranger), path, body).status_code == 404
    assert send(api_client(reader), path, body).status_code == 403
    assert Post.objects.get(pk=post.pk).to_at is None
    client = api_client(county_manager_of(station.county))
    assert send(client, path, body).status_code == 200
    assert send(client, path, body).status_code == 200
    assert send(client, path, body, key=f"{KEY}2").json()["code"] == "post_over"
    assert Post.objects.get(pk=post.pk).to_at <= now()


# --- devices and codes


def test_a_device_is_revoked_by_its_station_and_its_county():
    station = StationFactory()
    device = DeviceFactory(station=station)
    path, body = f"devices/{device.pk}/revoke/", {"reason": "手机丢失"}
    assert send(api_client(partner_of(StationFactory())), path, body).status_code == 404
    assert send(api_client(auditor()), path, body).status_code == 403
    assert Device.objects.get(pk=device.pk).state == "active"
    partner = api_client(partner_of(station))
    assert send(partner, path, body).json()["state"] == "revoked"
    assert send(partner, path, body, key=f"{KEY}2").json()["code"] == "wrong_state"


def test_devices_are_read_within_reach():
    here, there = StationFactory(), StationFactory()
    device = DeviceFactory(station=here)
    DeviceFactory(station=there)
    partner = partner_of(here)
    answer = api_client(partner, DeviceFactory()).get("/api/v1/devices/")
    assert [row["id"] for row in answer.json()["results"]] == [str(device.pk)]


def test_a_manager_issues_a_code_that_is_shown_once():
    station = StationFactory()
    helper = helper_of(station)
    path, body = f"users/{helper.username}/issue-login-code/", {"reason": "本人到场"}
    client = api_client(county_manager_of(station.county))
    first, second = send(client, path, body), send(client, path, body)
    assert sign_in(helper, first.json()["code"]).status_code == 201
    assert second.json()["code"] is None
    assert LoginCode.objects.count() == 1


def test_a_code_is_issued_within_reach_only():
    helper = helper_of(StationFactory())
    path, body = f"users/{helper.username}/issue-login-code/", {"reason": "本人到场"}
    assert send(api_client(county_manager_of(county())), path, body).status_code == 404
    assert send(api_client(auditor()), path, body).status_code == 403
    assert not LoginCode.objects.exists()
    assert send(api_client(platform_admin()), path, body).status_code == 201


def test_a_post_of_tomorrow_is_reach_enough_for_a_first_code():
    station = StationFactory()
    helper = helper_of(station, from_at=now() + dt.timedelta(days=1))
    path = f"users/{helper.username}/issue-login-code/"
    assert send(api_client(county_manager_of(station.county)), path, {"reason": "本人到场"}).status_code == 201
    assert User.objects.filter(login_codes__isnull=False).get() == helper


def test_a_password_that_somebody_else_chose_gives_no_token():
    user = partner_of(StationFactory(), UserFactory(must_change_password=True))
    answer = sign_in(user, code_for(user))
    assert (answer.status_code, answer.json()["code"]) == (409, "password_change_due")
    assert not DeviceToken.objects.exists()
    assert not Device.objects.exists()
