"""Pages while the database is away: an own page with 503, wherever the loss is noticed."""

import errno

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import RequestFactory

from core.web import error_pages
from core.web.middleware import RefusalMiddleware

ERRORS = [
    OperationalError("server closed the connection"),
    InterfaceError("already closed"),
    DatabaseError("server closed the connection unexpectedly"),
    OSError(errno.ENOSPC, "No space left on device"),
]


def refused(request, error):
    return RefusalMiddleware(lambda request: None).process_exception(request, error)


@pytest.mark.parametrize("error", ERRORS)
def test_a_lost_database_is_a_page_that_tries_again_by_itself(error):
    page = refused(RequestFactory().get("/people/"), error)
    assert (page.status_code, page["Retry-After"], page["Refresh"]) == (503, "2", "10")
    assert "server closed" not in page.content.decode()


@pytest.mark.parametrize("error", ERRORS)
def test_after_a_press_the_page_does_not_press_again_by_itself(error):
    page = refused(RequestFactory().post("/people/new/"), error)
    assert page.status_code == 503
    assert not page.has_header("Refresh")


@pytest.mark.parametrize("error", ERRORS)
def test_a_loss_before_the_view_is_told_the_same(error):
    try:
        raise error
    except type(error):
        page = error_pages.broken(RequestFactory().get("/"))
    assert page.status_code == 503


def test_any_other_error_stays_broken():
    try:
        raise ValueError("a bug")
    except ValueError:
        page = error_pages.broken(RequestFactory().get("/"))
    assert page.status_code == 500


def test_a_whole_request_with_a_dead_database_needs_none_to_say_so(own_database, client, settings):
    client.raise_request_exception = False
    before = connection.settings_dict["PORT"], connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"], connection.settings_dict["PORT"] = "127.0.0.1", "1"
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    try:
        page = client.get("/people/")
        answer = client.get("/api/v1/me/")
    finally:
        connection.settings_dict["PORT"], connection.settings_dict["HOST"] = before
        connection.close()
    assert page.status_code == 503
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
