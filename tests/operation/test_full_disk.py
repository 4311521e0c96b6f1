"""Disks of a few megabytes that fill up: first where the tables are, then where the WAL is."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from devtools import binaries
from finance.models import Payment
from tests.factories.finance import biller, desk, flat_plan, found_bill
from tests.factories.stations import api_client
from tests.operation.cluster import Cluster
from tests.operation.drill import assert_books_are_right, folder_of_a_drill, house_on, running

pytestmark = pytest.mark.slow

#: Of the tables, and of the WAL in pieces of one.
TABLES, WAL = "200m", "32m"
PRESSES = 60
#: More than the disk of the WAL holds.
MUCH_WAL = "SELECT pg_logical_emit_message(false, 'drill', repeat('x', 200000)) FROM generate_series(1, 500)"
PAGE = "/finance/payments/"


@contextlib.contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A disk in memory that holds no more than this."""
    binaries.give_to_servers(place)
    owner = place.stat()
    options = f"size={size},mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "drill", str(place)], check=True)  # noqa: S603, S607
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607


@pytest.fixture
def house(django_db_blocker) -> Iterator[Cluster]:
    """A system whose tables and WAL stand on small disks."""
    with (
        folder_of_a_drill() as folder,
        small_disk(folder / "data", TABLES),
        small_disk(folder / "wal", WAL) as wal,
        running(
            Cluster(
                folder,
                archive="true",
                initdb=("--waldir", str(wal / "pieces"), "--wal-segsize=1"),
                options="-c min_wal_size=2MB -c max_wal_size=8MB -c autovacuum=off",
            )
        ) as cluster,
        house_on(cluster, django_db_blocker),
    ):
        yield cluster


@pytest.fixture
def filled() -> Iterator[list[Path]]:
    """Ballast of this test."""
    files: list[Path] = []
    yield files
    for file in files:
        file.unlink(missing_ok=True)


def fill(disk: Path, filled: list[Path]) -> None:
    """Until nothing more fits."""
    filled.append(disk / "ballast")
    with contextlib.suppress(OSError), filled[-1].open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


def free(filled: list[Path]) -> None:
    """Somebody has cleared the disk up."""
    while filled:
        filled.pop().unlink()


class Counter:
    """A partner with many found bills."""

    def __init__(self, browser):
        flat_plan()
        self.desk, power = desk(float_minor=900_000_00), biller()
        self.fetches = [str(found_bill(self.desk, power, bill_ref=f"B-{n}").pk) for n in range(PRESSES)]
        self.program, self.browser = api_client(self.desk.partner), browser
        browser.raise_request_exception = False
        browser.force_login(self.desk.partner)

    def press(self, number):
        body = {"fetch_id": self.fetches[number], "station": self.desk.station.code}
        key = {"Idempotency-Key": f"full-disk-{number:08}"}
        return self.program.post("/api/v1/bill-payments/", body, "json", headers=key)

    def press_until_told(self, first=0):
        """The bills that were taken, and the number of the first that was not."""
        for number in range(first, PRESSES):
            answer = self.press(number)
            if answer.status_code == 503:
                assert answer.json()["code"] == "database_unavailable"
                return number
            assert answer.status_code == 202
        raise AssertionError("the disk was never full")

    def assert_taken(self, count):
        assert Payment.objects.count() == count


def test_a_full_disk_of_the_tables_refuses_whole_and_the_same_key_goes_through_later(house, client, filled):
    counter = Counter(client)
    fill(house.data, filled)
    refused = counter.press_until_told()
    counter.assert_taken(refused)
    free(filled)
    assert counter.press(refused).status_code == 202
    counter.assert_taken(refused + 1)
    assert counter.press(refused).status_code == 202
    counter.assert_taken(refused + 1)
    assert_books_are_right()


def test_a_full_disk_of_the_wal_stops_the_server_and_loses_nothing_that_was_answered(house, client, filled):
    counter = Counter(client)
    taken = 3
    assert [counter.press(number).status_code for number in range(taken)] == [202] * taken
    fill(house.folder / "wal", filled)
    house.sql("SELECT pg_create_physical_replication_slot('standby_that_is_away', true)")
    with pytest.raises(RuntimeError):
        house.sql(MUCH_WAL)
    refused = counter.press_until_told(taken)
    page = client.get(PAGE)
    assert (page.status_code, page["Refresh"]) == (503, "10")
    free(filled)
    house.stop()
    house.start()
    connection.close()
    counter.assert_taken(refused)
    assert counter.press(refused).status_code == 202
    assert client.get(PAGE).status_code == 200
    assert_books_are_right()
