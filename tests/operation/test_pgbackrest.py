"""The drill with the tool and the file that Compose uses: encrypted backups, a lost machine, an instant, retention."""

import json
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from ledger.models import Account, Transfer
from ledger.queries import balance
from ledger.services import Leg
from tests.factories.ledger import account, funded, post, yuan
from tests.operation.cluster import CONTAINERS, Cluster
from tests.operation.drill import assert_books_are_right, folder_of_a_drill, house_on, running

pytestmark = pytest.mark.slow

STANZA = "--stanza=ecomnet"
PASSPHRASE = "only-of-this-drill"


@pytest.fixture
def house(django_db_blocker) -> Iterator[Cluster]:
    """A system whose server archives with pgBackRest; the environment says only what differs from Compose."""
    with folder_of_a_drill() as folder:
        variables = {
            "PGBACKREST_CONFIG": str(CONTAINERS / "pgbackrest.conf"),
            "PGBACKREST_REPO1_PATH": str(folder / "backups"),
            "PGBACKREST_REPO1_CIPHER_PASS": PASSPHRASE,
            "PGBACKREST_PG1_PATH": str(folder / "data"),
            "PGBACKREST_PG1_SOCKET_PATH": str(folder),
            "PGBACKREST_LOCK_PATH": str(folder / "locks"),
            "PGBACKREST_SPOOL_PATH": str(folder / "spool"),
        }
        archive = f"pgbackrest {STANZA} archive-push %p"
        with running(Cluster(folder, archive=archive, variables=variables)) as cluster:
            cluster.script("backup-stanza.sh")
            with house_on(cluster, django_db_blocker):
                yield cluster


def back_up(house: Cluster, kind: str) -> None:
    house.tool("pgbackrest", STANZA, f"--type={kind}", "backup")


def restore(house: Cluster, *words: str) -> None:
    """The machine burns; an empty place is filled."""
    connection.close()
    house.lose()
    house.tool("install", "-d", "-m", "0700", house.data)
    house.tool("pgbackrest", STANZA, *words, "restore")
    house.start()


def backups(house: Cluster) -> list[str]:
    told = json.loads(house.tool("pgbackrest", STANZA, "--output=json", "info"))
    return [each["type"] for each in told[0]["backup"]]


def instant(house: Cluster) -> str:
    """After everything so far and before everything to come."""
    time.sleep(1.1)
    return house.sql("SELECT now()")


def test_a_lost_machine_comes_back_from_encrypted_backups_whole_or_as_it_was_at_an_instant(house):
    till, bank = account("till"), account("bank")
    funded("till", "500.00")
    back_up(house, "full")
    post(Leg(till, bank, yuan("20.00"), "after the full backup"))
    back_up(house, "diff")
    between = instant(house)
    post(Leg(till, bank, yuan("3.00"), "after the instant"))
    kept = set(Transfer.objects.values_list("id", flat=True))
    house.tool("pgbackrest", STANZA, "check")  # finishes the current WAL and waits until it is there
    assert backups(house) == ["full", "diff"]

    restore(house)
    assert set(Transfer.objects.values_list("id", flat=True)) == kept
    assert balance(Account.objects.get(pk=till.pk)).posted == yuan("523.00")
    assert_books_are_right()
    post(Leg(till, bank, yuan("1.00"), "the house goes on"))

    restore(house, "--type=time", f"--target={between}", "--target-action=promote")
    assert balance(Account.objects.get(pk=till.pk)).posted == yuan("520.00")
    assert_books_are_right()


def test_nothing_stands_in_the_backups_in_clear_and_a_wrong_passphrase_opens_nothing(house):
    funded("till", "500.00")
    back_up(house, "full")
    house.tool("pgbackrest", STANZA, "check")
    files = [path for path in house.backups.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"ledger_" in path.read_bytes() or b"PostgreSQL" in path.read_bytes()]
    wrong = Cluster(house.folder, variables={**house.variables, "PGBACKREST_REPO1_CIPHER_PASS": "another"})
    # What it says differs: the cipher does not fit, or what comes out is no file of the tool's.
    with pytest.raises(RuntimeError, match="aborted with exception"):
        wrong.tool("pgbackrest", STANZA, "expire")


def test_old_backups_go_and_the_days_between_full_ones_with_them(house):
    house.tool("pgbackrest", STANZA, "--type=full", "--repo1-retention-full=2", "backup")
    house.tool("pgbackrest", STANZA, "--type=diff", "--repo1-retention-full=2", "backup")
    for _ in range(2):
        house.tool("pgbackrest", STANZA, "--type=full", "--repo1-retention-full=2", "backup")
    assert backups(house) == ["full", "full"]
