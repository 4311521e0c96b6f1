"""One system for all sequences of a module: each takes back what it did."""

import contextlib
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.conftest import cloned, connected_to
from tests.finance.model.house import House
from tests.finance.model.lands import CHINA, LANDS, Land


@contextlib.contextmanager
def house_in(home: Land, template_database: str, django_db_blocker) -> Iterator[House]:
    """A system of this country in a database of its own."""
    role = settings.DATABASES["default"]["USER"]
    with (
        cloned(template_database) as database,
        connected_to(database, user=role),
        django_db_blocker.unblock(),
        home.at_home(),
    ):
        yield House(home)


@pytest.fixture(
    scope="module",
    params=[land if land is CHINA else pytest.param(land, marks=pytest.mark.slow) for land in LANDS],
    ids=str,
)
def house(request, template_database, django_db_blocker) -> Iterator[House]:
    """A system in a database of this module alone; `--all` plays the same in each of the other countries."""
    with house_in(request.param, template_database, django_db_blocker) as ready:
        yield ready
