"""More visitors than can be served: whoever has waited too long is turned away before anything is read."""

import socket

import pytest
import time_machine
from django.test import RequestFactory

from core.overload import OverloadMiddleware, waited

AT = 1_764_057_600.0
EN = {"Accept-Language": "en"}


def answer(method="get", path="/api/v1/payments/", *, since=0.0, **headers):
    """What the house answers at AT to a request that arrived so many seconds before; None: it was served."""
    request = getattr(RequestFactory(), method)(path, headers={**EN, "X-Request-Start": f"t={AT - since}", **headers})
    with time_machine.travel(AT, tick=False):
        return OverloadMiddleware(lambda request: None)(request)


@pytest.mark.parametrize(("since", "is_served"), [(0.99, True), (1.0, True), (1.01, False)])
def test_a_look_waits_for_a_second(since, is_served):
    assert (answer(since=since) is None) == is_served


@pytest.mark.parametrize(("since", "is_served"), [(2.99, True), (3.0, True), (3.01, False)])
def test_a_press_waits_longer(since, is_served):
    assert (answer("post", since=since) is None) == is_served


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
    assert "What you pressed was not done" in pressed.content.decode()


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_whoever_watches_is_always_answered(path):
    assert answer(path=path, since=60) is None


@pytest.mark.parametrize("words", ["", "t=", "yesterday", "t=-5", "t=nan", "t=inf"])
def test_a_clock_that_tells_nothing_turns_nobody_away(words):
    assert answer(**{"X-Request-Start": words}) is None


def test_the_kernel_tells_how_long_a_connection_has_waited():
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\n\r\n")
        came_in, _address = door.accept()
        with came_in:
            assert 0.0 <= waited({"gunicorn.socket": came_in}) < 5.0
    assert waited({}) == 0.0


def test_a_request_through_the_whole_house_is_turned_away_with_its_headers(client):
    page = client.get("/sign-in/", headers={**EN, "X-Request-Start": "t=1000"})
    assert page.status_code == 503
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
