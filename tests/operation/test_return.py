"""The drill: everything that was committed comes back, or everything up to an instant, and the books are right."""

import time

import pytest
from django.db import connection

from ledger.models import Account, Transfer
from ledger.queries import balance
from ledger.services import Leg
from tests.factories.ledger import account, funded, post, yuan
from tests.operation.cluster import Cluster
from tests.operation.drill import assert_books_are_right


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


@pytest.mark.slow
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
