"""What was once good and is over: cookies, tokens and keys that somebody kept."""

import pytest
from django.conf import settings
from django.test import Client

from core.fields import uuid7
from core.keys.models import RequestKey
from stations.accounts.services import end_sessions, revoke_device
from stations.models import Device, Post
from tests.factories.accounts import PASSWORD, PIN, code_for
from tests.factories.stations import StationFactory, UserFactory, api_client, helper_of, partner_of

pytestmark = pytest.mark.django_db


def signed_in_browser(user):
    browser = Client()
    browser.post("/sign-in/first/", {"username": user.username, "password": PASSWORD, "code": code_for(user)})
    browser.post("/me/pin/", {"pin": PIN, "again": PIN})
    assert browser.get("/me/").status_code == 200
    return browser


def copy_of(browser):
    """Another browser with the same cookies."""
    other = Client()
    other.cookies = browser.cookies.copy()
    return other


def test_a_cookie_that_somebody_planted_before_the_sign_in_opens_nothing():
    planted = "a" * 32
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted
    browser.post("/sign-in/code/", {"username": "somebody"})
    user = partner_of(StationFactory())
    browser.post("/sign-in/first/", {"username": user.username, "password": PASSWORD, "code": code_for(user)})
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert browser.session.session_key != planted
    assert thief.get("/me/").status_code == 302


def test_the_form_token_of_before_the_sign_in_is_another_one_after_it():
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/sign-in/first/")
    before = browser.cookies[settings.CSRF_COOKIE_NAME].value
    user = partner_of(StationFactory())
    typed = {"username": user.username, "password": PASSWORD, "code": code_for(user)}
    answer = browser.post("/sign-in/first/", typed | {"csrfmiddlewaretoken": page.context["csrf_token"]})
    assert answer.status_code in {302, 303}
    assert browser.cookies[settings.CSRF_COOKIE_NAME].value != before


def test_a_copied_cookie_is_worth_nothing_after_the_person_signed_out():
    browser = signed_in_browser(partner_of(StationFactory()))
    thief = copy_of(browser)
    assert thief.get("/me/").status_code == 200
    browser.post("/sign-out/")
    assert thief.get("/me/").status_code == 302


@pytest.mark.parametrize("end", ["device", "sessions", "inactive", "password"])
def test_a_copied_cookie_is_worth_nothing_once_the_session_was_ended(end, at):
    user = partner_of(StationFactory())
    thief = copy_of(signed_in_browser(user))
    if end == "device":
        revoke_device(device=Device.objects.get(registered_by=user), actor=UserFactory(), at=at, reason="lost")
    elif end == "sessions":
        end_sessions(user=user, actor=user, at=at, reason="lost")
    else:
        user.is_active = end != "inactive"
        user.set_password("korrekt pferd 47")
        user.save()
    assert thief.get("/me/").status_code == 302
    assert thief.post("/me/", {"language": "en"}).status_code == 302


@pytest.mark.parametrize("end", ["token", "device", "sessions", "inactive"])
def test_an_answer_of_before_is_not_given_again_to_a_token_that_is_over(end, at):
    user, key = partner_of(StationFactory()), uuid7().hex
    client = api_client(user)

    def ask():
        return client.post("/api/v1/me/choose-language/", {"language": "en"}, format="json", HTTP_IDEMPOTENCY_KEY=key)

    assert ask().status_code == 200
    assert ask()["Idempotent-Replayed"] == "true"
    if end == "token":
        client.post("/api/v1/device-tokens/end/", format="json", HTTP_IDEMPOTENCY_KEY=uuid7().hex)
    elif end == "device":
        revoke_device(device=Device.objects.get(registered_by=user), actor=UserFactory(), at=at, reason="lost")
    elif end == "sessions":
        end_sessions(user=user, actor=user, at=at, reason="lost")
    else:
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    answer = ask()
    assert answer.status_code == 401
    assert "Idempotent-Replayed" not in answer


def test_an_answer_of_before_is_not_given_again_once_the_post_is_over(at):
    station = StationFactory()
    user, key = helper_of(station), uuid7().hex
    client = api_client(user)
    body = {"full_name": "王秀英", "station": station.code, "confirmed_new": True}

    def ask():
        return client.post("/api/v1/people/", body, format="json", HTTP_IDEMPOTENCY_KEY=key)

    assert ask().status_code == 201
    Post.objects.filter(user=user).update(to_at=at)
    assert ask().status_code == 403


def test_nobody_is_given_the_answer_that_somebody_else_got_under_the_same_key():
    station, key = StationFactory(), uuid7().hex
    answers = [
        api_client(user).post(
            "/api/v1/me/choose-language/", {"language": "en"}, format="json", HTTP_IDEMPOTENCY_KEY=key
        )
        for user in (partner_of(station), helper_of(station))
    ]
    assert ["Idempotent-Replayed" in answer for answer in answers] == [False, False]
    assert RequestKey.objects.filter(key=key).count() == 2


def test_the_cookies_of_a_browser_are_kept_from_scripts_and_other_sites():
    browser = signed_in_browser(partner_of(StationFactory()))
    for name, cookie in browser.cookies.items():
        assert cookie["samesite"] in {"Lax", "Strict"}, name
        assert cookie["httponly"] or name == "done", name
        assert not cookie["domain"], name
