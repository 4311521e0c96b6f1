"""Kinds of jobs that stand for one test."""

from collections.abc import Iterator

import pytest

from core.jobs.registry import KINDS, job
from core.models import Event


@pytest.fixture
def kinds_of_this_test_only() -> Iterator[None]:
    """Whatever a test registers is forgotten after it."""
    before = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(before)


@pytest.fixture
def trace(kinds_of_this_test_only: None) -> None:
    """A kind whose effect is one event."""

    @job("test.leave_trace")
    def leave_trace(payload, at):
        Event.objects.create(name="test.trace_left", payload={**payload, "at": at})
