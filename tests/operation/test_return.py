"""The drill: everything that was committed comes back, or everything up to an instant, and the books are right."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from ledger.audit import audit_book
from ledger.models import Account, Book, Transfer
from ledger.queries import balance, open_findings
from ledger.services import Leg
from tests.factories.ledger import account, funded, post, yuan
from tests.operation.cluster import Cluster


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of this test alone. Its folder stands where the servers' user may enter, whoever runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="ecomnet-drill-"))
    made = Cluster(folder)
    try:
        made.make()
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


@pytest.fixture
def house(cluster: Cluster, django_db_blocker) -> Iterator[Cluster]:
    """The house's tables on that server; Django works there."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(NAME="ecomnet", HOST=str(cluster.folder), PORT="", PASSWORD="")
    try:
        with django_db_blocker.unblock():
            connection.settings_dict["USER"] = "ecomnet_owner"
            call_command("migrate", verbosity=0)
            connection.close()
            connection.settings_dict["USER"] = "ecomnet_app"
            yield cluster
    finally:
        connection.close()
        connection.settings_dict.update(before)


def assert_books_are_right():
    book = Book.objects.get(code="CN")
    audit_book(book=book, at=now())
    assert list(open_findings(book)) == []


def committed_at(cluster: Cluster) -> str:
    """An instant after everything so far, and before everything to come."""
    time.sleep(1.1)
    return cluster.sql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")


def test_a_lost_machine_comes_back_whole_or_as_it_was_at_an_instant(house):
    till, bank = account("till"), account("bank")
    funded("till", "500.00")
    house.back_up()
    post(Leg(till, bank, yuan("20.00"), "after the base backup"))
    between = committed_at(house)
    post(Leg(till, bank, yuan("3.00"), "after the instant"))
    kept = set(Transfer.objects.values_list("id", flat=True))
    house.archive_all()

    connection.close()
    house.lose()
    house.bring_back()
    assert set(Transfer.objects.values_list("id", flat=True)) == kept
    assert balance(Account.objects.get(pk=till.pk)).posted == yuan("523.00")
    assert_books_are_right()
    post(Leg(till, bank, yuan("1.00"), "the house goes on"))

    connection.close()
    house.lose()
    house.bring_back(between)
    assert balance(Account.objects.get(pk=till.pk)).posted == yuan("520.00")
    assert_books_are_right()


def test_only_so_many_base_backups_stay_and_the_wal_that_they_need(cluster):
    for _ in range(3):  # named by the second in which they were finished
        cluster.script("backup.sh", cluster.backups, "2", PGHOST=str(cluster.folder), PGUSER="postgres")
        time.sleep(1.1)
    bases = sorted((cluster.backups / "base").iterdir())
    assert len(bases) == 2
    first = (bases[0] / "backup_label").read_text().split("(file ")[1].split(")")[0]
    assert min(each.name for each in (cluster.backups / "wal").iterdir()) >= first


def test_nothing_is_restored_over_what_is_there_or_from_before_the_first_backup(cluster):
    cluster.back_up()
    with pytest.raises(RuntimeError, match="is not empty"):
        cluster.script("restore.sh", cluster.backups, cluster.data)
    empty = cluster.folder / "elsewhere"
    with pytest.raises(RuntimeError, match="no base backup from before 2001"):
        cluster.script("restore.sh", cluster.backups, empty, "2001-01-01T00:00:00Z")
    assert not empty.exists()
