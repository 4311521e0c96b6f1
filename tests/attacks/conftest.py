"""The demonstration under attack: made once for a file, every request taken back."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.utils.timezone import now

from tests.api.doors import add_what_is_missing
from tests.demonstration import World


@pytest.fixture(scope="module")
def attacked(own_world: World) -> World:
    """The system with a thing behind every door."""
    add_what_is_missing(own_world)
    return own_world


@pytest.fixture(autouse=True)
def few_records(caplog) -> None:
    """Pytest keeps every log record with its request; thousands of large ones are too much."""
    caplog.set_level(logging.CRITICAL, "django")


@pytest.fixture
def written():
    """Opens what the system writes: `with written() as lines:`; afterwards `lines` holds each line as written."""
    return written_lines


@contextmanager
def written_lines() -> Iterator[list[str]]:
    """What the system's logs say while this is open."""
    stream, lines = io.StringIO(), []
    handler = logging.StreamHandler(stream)
    formatter = dict(settings.LOGGING["formatters"]["json"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    root = logging.getLogger()
    before, quiet = root.level, logging.getLogger("django").level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("django").setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        logging.getLogger("django").setLevel(quiet)
        lines.extend(line for line in stream.getvalue().split("\n") if line)


@pytest.fixture
def at():
    """Now."""
    return now()


def read(line: str) -> dict:
    """A line of the log is one JSON object, whatever was in it."""
    return json.loads(line)
