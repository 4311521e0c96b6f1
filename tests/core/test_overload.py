"""More visitors than can be served: the one who has waited too long is turned away before anything is read."""

import socket

import pytest
import time_machine
from django.test import RequestFactory

from core.web.load_shedding import NO_WAIT, STANDING_AFTER, LoadShedder, OverloadMiddleware, waited
from core.web.moments import PAUSES, moments

AT = 1_764_057_600.0
EN = {"Accept-Language": "en"}


class Clock:
    """Moved by hand, in seconds."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def served(request):
    """What is served when the request is admitted: None."""


def answer(method="get", path="/api/v1/payments/", *, since=0.0, shedder=None, **headers):
    """What the system answers at AT to a request that arrived so many seconds before; None: it was served."""
    request = getattr(RequestFactory(), method)(path, headers={**EN, "X-Request-Start": f"t={AT - since}", **headers})
    with time_machine.travel(AT, tick=False):
        return OverloadMiddleware(served, shedder or LoadShedder(Clock()))(request)


def queue_of(seconds, *, wait, every=0.04):
    """A load shedder after so many seconds of requests that each waited so long, and its clock."""
    clock = Clock()
    shedder, until = LoadShedder(clock), clock.now + seconds
    shedder.admit(0)
    while clock.now < until:
        shedder.finish()
        shedder.admit(wait)
        clock.now += every
    shedder.finish()
    return shedder, clock


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("since", "is_served"), [(2.99, True), (3.0, True), (3.01, False)])
def test_in_a_burst_everybody_may_wait_for_three_seconds(method, since, is_served):
    assert (answer(method, since=since) is None) == is_served


@pytest.mark.parametrize(("wait", "is_served"), [(0.19, True), (0.2, True), (0.21, False)])
def test_where_a_queue_is_standing_nobody_waits_longer_than_a_moment(wait, is_served):
    shedder, _clock = queue_of(STANDING_AFTER + 0.1, wait=0.15)
    assert shedder.admit(wait) == is_served


@pytest.mark.parametrize("method", ["get", "post"])
def test_looks_and_presses_are_turned_away_alike(method):
    shedder, _clock = queue_of(STANDING_AFTER + 0.1, wait=0.15)
    assert answer(method, since=0.3, shedder=shedder).status_code == 503


@pytest.mark.parametrize(("seconds", "is_standing"), [(STANDING_AFTER - 0.1, False), (STANDING_AFTER + 0.1, True)])
def test_a_queue_is_standing_after_a_second(seconds, is_standing):
    shedder, _clock = queue_of(seconds, wait=0.15)
    assert shedder.is_crowded == is_standing


@pytest.mark.parametrize(("wait", "is_over"), [(NO_WAIT, True), (NO_WAIT + 0.01, False)])
def test_a_queue_is_over_with_the_first_who_found_nobody_before_him(wait, is_over):
    shedder, _clock = queue_of(STANDING_AFTER + 0.1, wait=0.15)
    shedder.admit(wait)
    assert shedder.is_crowded != is_over


def test_a_queue_is_over_when_there_was_nothing_to_do():
    shedder, clock = queue_of(STANDING_AFTER + 0.1, wait=0.15)
    clock.now += NO_WAIT + 0.01
    assert shedder.admit(2.9)
    assert not shedder.is_crowded


def test_a_long_request_alone_makes_no_queue():
    clock = Clock()
    shedder = LoadShedder(clock)
    shedder.admit(0)
    clock.now += 20
    shedder.finish()
    assert shedder.admit(NO_WAIT)
    assert not shedder.is_crowded


def test_behind_a_request_that_waits_for_a_company_everybody_is_served_and_nobody_waits_in_turn(settings, monkeypatch):
    settings.ECOMNET_WAIT_FOR_ANSWERS = True
    clock = Clock()
    shedder = LoadShedder(clock)
    monkeypatch.setattr("core.web.moments.SHEDDER", shedder)
    monkeypatch.setattr("core.web.load_shedding.SHEDDER", shedder)
    monkeypatch.setattr("core.web.moments.time.sleep", lambda seconds: setattr(clock, "now", clock.now + seconds))
    shedder.admit(0)
    assert len([*moments()]) == len(PAUSES)
    shedder.finish()
    for waits in (1.4, 1.1, 0.3):
        assert shedder.admit(waits)
        assert [*moments()] == []
        clock.now += 0.01
        shedder.finish()
    assert shedder.admit(NO_WAIT)
    assert len([*moments()]) == len(PAUSES)


def test_a_program_is_told_to_send_the_same_again():
    told = answer("post", since=9)
    assert (told.status_code, told["Retry-After"]) == (503, "3")
    assert told["Content-Type"] == "application/problem+json"
    assert b'"too_busy"' in told.content


@pytest.mark.django_db
def test_a_person_gets_a_page_that_needs_no_books(django_assert_num_queries):
    with django_assert_num_queries(0):
        looked, pressed = answer(path="/till/", since=9), answer("post", "/till/open/", since=9)
    assert (looked.status_code, looked["Refresh"]) == (503, "10")
    assert "Nothing was changed" in looked.content.decode()
    assert pressed.status_code == 503
    assert not pressed.has_header("Refresh")
    assert "Nothing was done" in pressed.content.decode()


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_whoever_watches_is_always_answered(path):
    assert answer(path=path, since=60) is None


@pytest.mark.parametrize("words", ["", "t=", "yesterday", "t=-5", "t=nan", "t=inf"])
def test_a_clock_that_tells_nothing_turns_nobody_away(words):
    assert answer(**{"X-Request-Start": words}) is None


def test_the_kernel_tells_how_long_a_connection_has_waited():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\n\r\n")
        came_in, _address = server.accept()
        with came_in:
            assert 0.0 <= waited({"gunicorn.socket": came_in}) < 5.0
    assert waited({}) == 0.0


def test_a_request_through_the_whole_house_is_turned_away_with_its_headers(client):
    page = client.get("/sign-in/", headers={**EN, "X-Request-Start": "t=1000"})
    assert page.status_code == 503
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
