"""One house for all sequences of a module: each takes back what it did."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.conftest import cloned, connected_to
from tests.finance.model.house import House


@pytest.fixture(scope="module")
def house(template_database, django_db_blocker) -> Iterator[House]:
    """A house in a database of this module alone."""
    role = settings.DATABASES["default"]["USER"]
    with cloned(template_database) as database, connected_to(database, user=role), django_db_blocker.unblock():
        yield House()
