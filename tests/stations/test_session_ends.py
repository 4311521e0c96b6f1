"""A session that nobody uses, and what the log says of signing in."""

import datetime as dt
import json

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from tests.factories.accounts import PASSWORD, PIN, another, app_of, code_for, shown_by
from tests.factories.stations import StationFactory, UserFactory, county_manager_of, partner_of
from tests.logs import written_logs

pytestmark = pytest.mark.django_db


def first_sign_in(browser, user, code, password=PASSWORD):
    return browser.post("/sign-in/first/", {"username": user.username, "password": password, "code": code})


def at_the_counter(user):
    browser = Client()
    first_sign_in(browser, user, code_for(user))
    browser.post("/me/pin/", {"pin": PIN, "again": PIN})
    return browser


def in_the_office(user):
    browser, app = Client(), app_of(user)
    first_sign_in(browser, user, shown_by(app))
    return browser


@pytest.mark.parametrize(
    ("made", "begun", "minutes"),
    [
        (lambda: partner_of(StationFactory()), at_the_counter, 60),
        (lambda: county_manager_of(StationFactory().county), in_the_office, 30),
    ],
    ids=["counter", "staff"],
)
def test_whoever_presses_nothing_for_too_long_is_asked_again(made, begun, minutes):
    user, at = made(), now()
    with time_machine.travel(at, tick=False) as clock:
        browser = begun(user)
        longest, second = dt.timedelta(minutes=minutes), dt.timedelta(seconds=1)
        clock.move_to(at + longest - second)
        assert browser.get("/me/").status_code == 200
        clock.move_to(at + 2 * (longest - second))
        assert browser.get("/me/").status_code == 200
        clock.move_to(at + 3 * longest)
        assert browser.get("/me/").url == "/sign-in/?next=/me/"
        assert browser.get("/me/").status_code == 302
        assert browser.get("/api/v1/me/").status_code == 401


def test_an_endpoint_is_closed_as_well_when_nothing_was_pressed():
    user, at = partner_of(StationFactory()), now()
    with time_machine.travel(at, tick=False) as clock:
        browser = at_the_counter(user)
        assert browser.get("/api/v1/me/").status_code == 200
        clock.move_to(at + dt.timedelta(minutes=60))
        assert browser.get("/api/v1/me/").status_code == 401


def test_a_session_ends_after_twelve_hours_however_busy_it_is():
    user, at = partner_of(StationFactory()), now()
    with time_machine.travel(at, tick=False) as clock:
        browser = at_the_counter(user)
        for minutes in range(50, 12 * 60, 50):
            clock.move_to(at + dt.timedelta(minutes=minutes))
            assert browser.get("/me/").status_code == 200
        clock.move_to(at + dt.timedelta(hours=12, seconds=1))
        assert browser.get("/me/").status_code == 302


def told(stream):
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in lines if line["logger"] == "ecomnet.signing_in"]


def test_every_end_of_a_sign_in_is_logged_by_id_and_way():
    user = partner_of(StationFactory())
    with written_logs() as stream:
        first_sign_in(Client(), user, another(code_for(user)))
        first_sign_in(Client(), UserFactory.build(username="nobody"), "123456")
        browser = at_the_counter(user)
        browser.post("/sign-out/")
        browser.post("/sign-in/", {"person": user.pk, "pin": another(PIN)})
        browser.post("/sign-in/", {"person": user.pk, "pin": PIN})
    lines = told(stream)
    assert [(line["event"], line.get("way")) for line in lines] == [
        ("sign_in_refused", "password_and_code"),
        ("sign_in_refused", "password_and_code"),
        ("signed_in", "password_and_code"),
        ("pin_set", None),
        ("signed_out", None),
        ("pin_refused", "wrong"),
        ("signed_in", "pin"),
    ]
    assert [line["user"] for line in lines] == [str(user.pk), None] + [str(user.pk)] * 5
    assert lines[0]["place"] != lines[1].get("place")
    assert {line["level"] for line in lines if "refused" in line["event"]} == {"warning"}
    for secret in (f': "{PASSWORD}"', PIN, user.username, "127.0.0.1"):
        assert secret not in json.dumps(lines)


def test_whoever_may_not_is_logged_with_the_address():
    user = partner_of(StationFactory())
    browser = at_the_counter(user)
    with written_logs() as stream:
        assert browser.get("/county/posts/").status_code == 403
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (line,) = [line for line in lines if line["event"] == "request_finished"]
    assert (line["code"], line["user_id"], line["request"]) == (403, str(user.pk), "GET /county/posts/")
    assert line["request_id"]
    assert line["timestamp"].endswith("Z")
