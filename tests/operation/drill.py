"""What every drill needs: a server of its own with the system's tables on it, and whether the books are right."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from ledger.audit import audit_book
from ledger.models import Book
from ledger.queries import open_findings
from tests.operation.cluster import Cluster


@contextlib.contextmanager
def folder_of_a_drill() -> Iterator[Path]:
    """A folder where the servers' user may enter, the one who runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="ecomnet-drill-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def running(cluster: Cluster) -> Iterator[Cluster]:
    """A server made for one drill and started."""
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@contextlib.contextmanager
def house_on(cluster: Cluster, blocker: Any) -> Iterator[Cluster]:
    """The system's tables on that server; Django works there."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(NAME="ecomnet", HOST=str(cluster.folder), PORT="", PASSWORD="")
    try:
        with blocker.unblock():
            connection.settings_dict["USER"] = "ecomnet_owner"
            call_command("migrate", verbosity=0)
            connection.close()
            connection.settings_dict["USER"] = "ecomnet_app"
            yield cluster
    finally:
        connection.close()
        connection.settings_dict.update(before)


def assert_books_are_right() -> None:
    """The auditor finds nothing."""
    book = Book.objects.get(code="CN")
    audit_book(book=book, at=now())
    assert list(open_findings(book)) == []
