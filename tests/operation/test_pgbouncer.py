"""PgBouncer in transaction mode before PostgreSQL: no request fails when statements are not prepared."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from django.db import OperationalError, connection, connections
from django.test import Client

from core.jobs.runner import run_due_jobs
from devtools.folders import NOBODY
from tests.factories.finance import biller, desk, flat_plan, found_bill
from tests.factories.stations import token_for

PORT, THREADS = 6432, 8
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
            before = connection.settings_dict["HOST"], connection.settings_dict["PORT"]
            connection.close()
            connection.settings_dict["HOST"], connection.settings_dict["PORT"] = str(folder), str(PORT)
            try:
                _wait_for(connection.get_connection_params())
                yield
            finally:
                connection.close()
                connection.settings_dict["HOST"], connection.settings_dict["PORT"] = before
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
    """What the API answers to counters that ask for bills and read lists at the same time, while jobs run."""
    ready = desk(float_minor=9_000_00)
    flat_plan()
    found_bill(ready, biller())
    headers = {"Authorization": f"Token {token_for(ready.partner)}"}
    asked = {"biller": "JS-POWER", "parameters": {"customer_no": "3213240000111"}, "station": ready.station.code}

    def work(worker: int) -> list[int]:
        client, answers = Client(headers=headers, raise_request_exception=False), []
        try:
            for number in range(requests // THREADS):
                if number % 4:
                    answer = client.get("/api/v1/payments/")
                else:
                    key = {"Idempotency-Key": f"pooled-{worker}-{number:08}"}
                    answer = client.post("/api/v1/bill-fetches/", asked, "application/json", headers=key)
                answers.append(answer.status_code)
            if worker == 0:
                run_due_jobs(limit=20)
        except OperationalError:  # a job that the worker could not even claim
            answers.append(500)
        finally:
            connections.close_all()
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        return [status for answers in pool.map(work, range(THREADS)) for status in answers]


def test_no_request_fails_behind_a_pooler_when_statements_are_not_prepared(own_database, settings):
    settings.ECOMNET_PREPARED_STATEMENTS = False
    with pooled():
        answers = statuses(REQUESTS)
    assert len(answers) == REQUESTS
    assert set(answers) == {200, 202}


def test_prepared_statements_fail_behind_a_pooler(own_database):
    with pooled():
        assert not set(statuses(80)) <= {200, 202}
