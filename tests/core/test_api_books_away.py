"""A database that is away answers like a system that is busy: ask again, with the same key."""

import errno

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError

from core.api import PROBLEM, explain


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("server closed the connection"),
        InterfaceError("already closed"),
        DatabaseError("server closed the connection unexpectedly"),
        OSError(errno.EDQUOT, "Disk quota exceeded on connection"),
    ],
)
def test_lost_books_are_a_problem_to_retry_and_tell_nothing_of_the_inside(error):
    response = explain(error, {})
    assert (response.status_code, response.data["code"]) == (503, "database_unavailable")
    assert response.content_type == PROBLEM
    assert response["Retry-After"] == "2"
    assert "connection" not in str(response.data)
    assert "closed" not in str(response.data)


def test_any_other_error_of_ours_stays_a_bug():
    assert explain(ValueError("a bug"), {}) is None
