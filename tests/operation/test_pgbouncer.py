"""PgBouncer in transaction mode before PostgreSQL: bills are paid and no request fails when nothing is prepared."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.db import OperationalError, connection, connections
from django.test import Client

from core.jobs.runner import run_due_jobs
from devtools.folders import NOBODY
from tests.factories.finance import biller, desk, flat_plan
from tests.factories.stations import token_for

PORT, THREADS = 6432, 8
WAITING = {"requested", "held", "submitted", "pending"}
#: 10,000 in the run whose result docs/operation.md states (`ECOMNET_POOLED_REQUESTS=10000`).
REQUESTS = int(os.environ.get("ECOMNET_POOLED_REQUESTS", "400"))

pytestmark = pytest.mark.usefixtures("sandbox")


@contextlib.contextmanager
def pooled() -> Iterator[None]:
    """Django works through a pooler with three sessions of the server; two clients seldom get the same one twice."""
    known = connection.get_connection_params()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "users.txt").write_text(f'"{known["user"]}" ""\n')
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={known['host']}\n[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 3\n"
            f"max_prepared_statements = 0\nauth_type = trust\nauth_file = {folder}/users.txt\nlisten_addr =\n"
            f"listen_port = {PORT}\nunix_socket_dir = {folder}\nlogfile = {folder}/log\n"
        )
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        words = [shutil.which("pgbouncer"), "--quiet", str(folder / "pgbouncer.ini")]
        with subprocess.Popen(words, **user) as process:  # noqa: S603
            pooled = {"HOST": str(folder), "PORT": str(PORT), "OPTIONS": {}}  # a pooler knows no options
            before = {name: connection.settings_dict[name] for name in pooled}
            connection.close()
            connection.settings_dict.update(pooled)
            try:
                _wait_for(connection.get_connection_params())
                yield
            finally:
                connection.close()
                connection.settings_dict.update(before)
                process.terminate()


def _wait_for(address: dict) -> None:
    wanted = {key: address[key] for key in ("host", "port", "user", "dbname")}
    for _ in range(200):
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(**wanted).close()
            return
        time.sleep(0.05)
    raise AssertionError("the pooler did not start")


def statuses(requests: int) -> list[int]:
    """What the API answers to counters that pay bills and look at them at the same time, while workers do the jobs."""
    ready = desk(float_minor=90_000_000_00)
    flat_plan()
    biller()
    headers = {"Authorization": f"Token {token_for(ready.partner)}"}

    def work(worker: int) -> list[int]:
        counter = Counter(ready.station.code, Client(headers=headers, raise_request_exception=False), worker)
        try:
            while len(counter.answers) < requests // THREADS:
                counter.pay_a_bill()
        except (OperationalError, Failed):  # a job that the worker could not even claim, or a request
            counter.answers.append(500)
        finally:
            connections.close_all()
        return counter.answers

    with ThreadPoolExecutor(THREADS) as pool:
        return [status for answers in pool.map(work, range(THREADS)) for status in answers]


class Failed(Exception):
    """A request was answered with an error of ours."""


@dataclass
class Counter:
    """A counter that pays one bill after the other and looks until each is decided; what it was answered."""

    station: str
    client: Client
    number: int
    bills: int = 0
    answers: list[int] = field(default_factory=list)

    def pay_a_bill(self) -> None:
        self.bills += 1
        asked = {"customer_no": f"32132{self.number}{self.bills:05}11"}
        wanted = {"biller": "JS-POWER", "parameters": asked, "station": self.station}
        fetch = self._post("/api/v1/bill-fetches/", wanted)["fetch_id"]
        assert self._look(f"/api/v1/bill-fetches/{fetch}/") == "found"
        payment = self._post("/api/v1/bill-payments/", {"fetch_id": fetch, "station": self.station})["our_ref"]
        assert self._look(f"/api/v1/payments/{payment}/") == "succeeded"
        self._answer(self.client.get("/api/v1/payments/"))

    def _post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        key = {"Idempotency-Key": uuid4().hex}
        return self._answer(self.client.post(path, body, "application/json", headers=key))

    def _look(self, path: str) -> str:
        status = "requested"
        while status in WAITING:
            run_due_jobs()
            status = self._answer(self.client.get(path))["status"]
        return status

    def _answer(self, answer: Any) -> dict[str, Any]:
        self.answers.append(answer.status_code)
        if answer.status_code >= 400:
            raise Failed(answer.content)
        return answer.json()


def test_no_request_fails_behind_a_pooler_when_statements_are_not_prepared(own_database, settings):
    settings.ECOMNET_PREPARED_STATEMENTS = False
    with pooled():
        answers = statuses(REQUESTS)
    assert len(answers) >= REQUESTS
    assert set(answers) == {200, 202}


def test_prepared_statements_fail_behind_a_pooler(own_database):
    with pooled():
        assert not set(statuses(80)) <= {200, 202}
