"""The drill of docs/operation.md, *Without containers*: its blocks as they are written, on another machine's paths."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools import binaries, folders
from tests.operation.cluster import Cluster
from tests.operation.drill import folder_of_a_drill

PAGE = (folders.ROOT / "docs" / "operation.md").read_text(encoding="utf-8")


class ByThePage:
    """A server that is set up, backed up and brought back by what stands on the page alone."""

    def __init__(self, folder: Path) -> None:
        section = PAGE.split("### Without containers\n")[1].split("\n## ")[0]
        self.settings, self.nightly, self.back = re.findall(r"```(?:ini|sh)\n(.*?)```", section, re.S)
        self.cluster = Cluster(folder)

    def here(self, text: str) -> str:
        """A block of the page with the paths of this machine."""
        for known, own in (
            ("/srv/ecomnet", folders.ROOT),
            ("/backup", self.cluster.backups),
            ("/var/lib/postgresql", self.cluster.folder),
        ):
            text = re.sub(rf"(?<=[\s'=]){known}", str(own), text)
        return text

    def make(self) -> None:
        self.cluster.make()
        own = f"\nunix_socket_directories = '{self.cluster.folder}'\nlisten_addresses = ''\n"
        with (self.cluster.data / "postgresql.conf").open("a") as settings:
            settings.write(self.here(self.settings) + own)
        self.shell("pg_ctl -D /var/lib/postgresql/data -w -l /var/lib/postgresql/log start")

    def shell(self, words: str) -> str:
        """Type these words as the server's user."""
        programs = binaries.postgres_program("postgres").parent
        known = {"PGHOST": str(self.cluster.folder), "PGUSER": "postgres", "PGDATABASE": "ecomnet"}
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-euc", self.here(words)],
            env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"} | known,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            start_new_session=True,
            **binaries.servers_user(),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def machine() -> Iterator[ByThePage]:
    with folder_of_a_drill() as folder:
        found = ByThePage(folder)
        try:
            found.make()
            yield found
        finally:
            found.cluster.stop()


def test_a_server_comes_back_as_it_was_at_an_instant_by_what_the_page_says(machine):
    sql = machine.cluster.sql
    sql("CREATE TABLE kept (words text)")
    machine.shell(machine.nightly)
    sql("INSERT INTO kept VALUES ('before')")
    instant = sql("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC' + '1 s', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
    sql("SELECT pg_sleep(2)")
    sql("INSERT INTO kept VALUES ('after')")
    machine.cluster.archive_all()
    said = machine.shell(machine.back.replace("2026-11-25T08:00:00Z", instant))
    assert said.split()[-1] == "on"
    assert sql("SELECT string_agg(words, ',') FROM kept") == "before"
    assert int(sql("SHOW max_connections")) == int(re.search(r"max_connections = (\d+)", machine.settings)[1])


@pytest.mark.slow
def test_a_server_with_fewer_connections_than_its_wal_knows_does_not_come_back_and_says_why(machine):
    machine.shell(machine.nightly)
    machine.cluster.archive_all()
    lower = machine.back.replace(" 2026-11-25T08:00:00Z", "").replace(
        "pg_ctl -D /var/lib/postgresql/data -w", "pg_ctl -D /var/lib/postgresql/data -o '-c max_connections=20' -w"
    )
    with pytest.raises(AssertionError):
        machine.shell(lower)
    assert "insufficient parameter settings" in (machine.cluster.folder / "log").read_text()
