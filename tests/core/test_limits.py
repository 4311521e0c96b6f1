"""Requests of a minute: a person pays for the own ones wherever they come from, an address for outsiders."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from core.web import rate_limits
from core.web.rate_limits import Counts, LimitsMiddleware
from tests.factories.stations import UserFactory

EN = {"Accept-Language": "en"}
TOKEN = {"Authorization": "Token of-somebody"}


class Somebody:
    """A person as the system knows one."""

    is_authenticated = True

    def __init__(self, pk):
        self.pk = pk


@pytest.fixture
def house(settings):
    """Three requests a minute for a person, two for an address; `who` says whom the next request turns out to be."""
    settings.ECOMNET_RATE_LIMIT_PER_MINUTE, settings.ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE = 3, 2
    return House()


class House:
    def __init__(self):
        self.who, self.status, self.served, self.marks = AnonymousUser(), 200, 0, {}
        self.middleware = LimitsMiddleware(self.answer)

    def answer(self, request):
        self.served += 1
        request.user = self.who
        vars(request).update(self.marks)
        return HttpResponse(status=self.status)

    def ask(self, path="/api/v1/payments/", method="get", address="192.0.2.1", **headers):
        request = RequestFactory().generic(method.upper(), path, headers=EN | headers, REMOTE_ADDR=address)
        return self.middleware(request)

    def statuses(self, count, **how):
        return [self.ask(**how).status_code for _ in range(count)]


def test_strangers_of_one_address_wait_when_its_minute_is_used_up(house):
    assert house.statuses(3) == [200, 200, 429]
    assert house.served == 2
    assert house.statuses(1, address="192.0.2.2") == [200]


@pytest.mark.parametrize(("after", "wait"), [(0.0, 60), (59.0, 1), (59.9, 1), (60.0, 0), (600.0, 0)])
def test_the_next_minute_is_a_new_one(after, wait):
    at = 1000.0
    counts = Counts(clock=lambda: at)
    assert counts.take("somebody", 1) == 0
    at += after
    assert counts.take("somebody", 1) == wait


def test_a_company_that_signs_pays_for_no_address(house):
    house.marks = {"is_signed_by_provider": True}
    assert house.statuses(9, path="/api/v1/gateways/BANK/callbacks", method="post") == [200] * 9
    house.marks = {}
    assert house.statuses(3) == [200, 200, 429]


def test_a_person_has_more_and_uses_up_nothing_of_the_address(house):
    house.who = Somebody("a")
    assert house.statuses(4, **TOKEN) == [200, 200, 200, 429]
    house.who = AnonymousUser()
    assert house.statuses(3) == [200, 200, 429]


def test_a_person_is_one_on_every_device_and_at_every_address(house):
    house.who = Somebody("a")
    house.statuses(2, address="192.0.2.1", **TOKEN)
    other = {"Authorization": "Token of-the-same"}
    assert house.statuses(2, address="192.0.2.2", **other) == [200, 429]


def test_varying_what_is_sent_beside_the_token_brings_no_second_minute(house):
    house.who = Somebody("a")
    asked = [house.ask(Cookie=f"sessionid={number}", **TOKEN).status_code for number in range(9)]
    assert asked == [200] * 5 + [429] * 4  # the person's three, then the two of the address


def test_colleagues_behind_one_address_wait_for_nobody_else(house):
    for name in "abcdef":
        house.who = Somebody(name)
        assert house.statuses(3, Authorization=f"Token {name}") == [200, 200, 200]


def test_a_token_that_is_over_uses_up_nothing_of_its_holder(house):
    house.who = Somebody("a")
    house.statuses(1, **TOKEN)
    house.who = AnonymousUser()
    assert house.statuses(4, **TOKEN) == [200, 200, 200, 429]  # the first still counts as hers; then the address pays
    house.who = Somebody("a")
    assert house.statuses(1, address="192.0.2.9", Authorization="Token new") == [200]


def test_whoever_signs_in_without_a_cookie_makes_nobody_known(house):
    house.who = Somebody("a")
    house.ask("/sign-in/", "post")
    assert house.middleware.holders == {}


def test_an_answer_that_broke_asks_nobody_who_it_was(house):
    house.status, house.who = 503, None
    assert house.statuses(1, **TOKEN) == [503]


def test_a_household_of_version_6_is_one_address(house):
    asked = [house.ask(address=f"2001:db8:1:2::{number}").status_code for number in range(3)]
    assert asked == [200, 200, 429]
    assert house.statuses(1, address="2001:db8:1:3::1") == [200]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_whoever_watches_is_always_answered(house, path):
    assert house.statuses(5, path=path) == [200] * 5


def test_nought_is_no_limit(house, settings):
    settings.ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE = 0
    assert house.statuses(9) == [200] * 9


def test_no_more_callers_are_remembered_than_there_is_room_for(house, monkeypatch):
    monkeypatch.setattr(rate_limits, "REMEMBERED", 2)
    house.statuses(2, address="192.0.2.1")
    house.statuses(2, address="192.0.2.2")
    assert house.statuses(1, address="192.0.2.1") == [429]
    house.statuses(1, address="192.0.2.3")
    assert house.statuses(1, address="192.0.2.2") == [200]  # the one not seen for longest was forgotten


def test_a_program_is_told_how_long_to_wait(house):
    house.statuses(2)
    told = house.ask()
    assert (told.status_code, told["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(told["Retry-After"]) <= 60
    assert b'"too_many"' in told.content


def test_a_person_gets_a_page_that_needs_no_books(house, db, django_assert_num_queries):
    house.statuses(2)
    with django_assert_num_queries(0):
        looked, pressed = house.ask("/till/"), house.ask("/till/open/", "post")
    assert "Nothing was changed" in looked.content.decode()
    assert int(looked["Refresh"]) >= 10
    assert "Nothing was done" in pressed.content.decode()
    assert not pressed.has_header("Refresh")


def test_the_whole_house_holds_off_strangers_and_tells_people_apart(client, settings, db):
    settings.ECOMNET_RATE_LIMIT_PER_MINUTE, settings.ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE = 2, 1
    assert [client.get("/help/", headers=EN).status_code for _ in range(2)] == [200, 429]
    client.force_login(UserFactory())
    told = [client.get("/help/", headers=EN, REMOTE_ADDR="192.0.2.7") for _ in range(3)]
    assert [page.status_code for page in told] == [200, 200, 429]
    assert "default-src 'none'" in told[-1]["Content-Security-Policy"]
