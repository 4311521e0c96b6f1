"""Servers of drills, and which drills this machine can do."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.operation.cluster import Cluster
from tests.operation.drill import folder_of_a_drill, house_on, running

#: A drill needs its tool: pgBackRest, PgBouncer, or the right to make a small disk.
collect_ignore = [
    *([] if shutil.which("pgbackrest") else ["test_pgbackrest.py"]),
    *([] if shutil.which("pgbouncer") else ["test_pgbouncer.py"]),
    *([] if os.geteuid() == 0 and shutil.which("mount") else ["test_full_disk.py"]),
]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of this test alone."""
    with folder_of_a_drill() as folder, running(Cluster(folder)) as cluster:
        yield cluster


@pytest.fixture
def house(cluster: Cluster, django_db_blocker) -> Iterator[Cluster]:
    """The system's tables on that server; Django works there."""
    with house_on(cluster, django_db_blocker):
        yield cluster
