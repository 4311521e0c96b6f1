"""Real worker processes: killed in the middle, without a broker, and asked to stop."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils.timezone import now

from core.jobs.models import Job
from core.jobs.registry import KINDS, calling_job, job
from core.jobs.services import FIRST_WAIT, LEASE, enqueue
from core.models import Event
from tests.jobs import run_jobs

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40.0


@pytest.fixture(autouse=True)
def _kinds_of_this_test_only():
    before = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(before)


def address_of(database: str) -> str:
    parts = connection.get_connection_params()
    place = urlencode({name: parts[name] for name in ("host", "port") if name in parts})
    return f"postgresql://{parts['user']}:{parts.get('password', '')}@/{database}?{place}"


@contextmanager
def worker(database: str, tmp_path: Path):
    """A worker as in production, whose broker is nowhere to be found."""
    environment = os.environ | {
        "DATABASE_URL": address_of(database),
        "REDIS_URL": f"redis+socket://{tmp_path}/nobody.sock",
        "DJANGO_SETTINGS_MODULE": "ecomnet.settings.test",
    }
    command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "ecomnet", "worker"]
    command += ["--pool", "threads", "--concurrency", "1", "-I", "tests.faults.hanging_work"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_for(marker: Path, tmp_path: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while not marker.exists():
        assert time.monotonic() < ends, (tmp_path / "worker.log").read_text()
        time.sleep(0.05)


def ask(kind: str, marker: Path) -> None:
    enqueue(kind, dedupe_key=kind, run_at=now(), payload={"marker": str(marker)})


def another_worker_takes_over() -> None:
    """First the sweep sees that the lease is over, then the job waits a little, then it is run."""
    silent = now() + LEASE + dt.timedelta(seconds=20)
    run_jobs(silent)
    run_jobs(silent + dt.timedelta(seconds=FIRST_WAIT))


def test_a_worker_killed_inside_the_transaction_leaves_nothing_and_another_finishes(own_database, tmp_path):
    ask("test.hang_inside", tmp_path / "marker")
    with worker(own_database, tmp_path) as process:
        wait_for(tmp_path / "marker", tmp_path)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not Event.objects.exists()
    assert Job.objects.get(kind="test.hang_inside").state == Job.State.RUNNING

    @job("test.hang_inside")
    def finish(payload, at):
        Event.objects.create(name="test.done", payload={})

    another_worker_takes_over()
    finished = Job.objects.get(kind="test.hang_inside")
    assert (finished.state, finished.attempts) == (Job.State.DONE, 2)
    assert list(Event.objects.values_list("name", flat=True)) == ["test.done"]


def test_a_worker_killed_between_call_and_finish_leaves_the_job_to_another(own_database, tmp_path):
    ask("test.hang_outside", tmp_path / "marker")
    with worker(own_database, tmp_path) as process:
        wait_for(tmp_path / "marker", tmp_path)
        process.send_signal(signal.SIGKILL)
        process.wait()

    @calling_job("test.hang_outside")
    def finish(running):
        with running.finishing():
            Event.objects.create(name="test.done", payload={})

    another_worker_takes_over()
    assert Job.objects.get(kind="test.hang_outside").state == Job.State.DONE
    assert Event.objects.count() == 1


def test_a_worker_without_a_broker_finds_work_writes_ticks_and_stops_warmly(own_database, tmp_path):
    ask("test.leave_trace", tmp_path / "marker")
    with worker(own_database, tmp_path) as process:
        wait_for(tmp_path / "marker", tmp_path)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    assert Event.objects.count() == 1
    assert Job.objects.get(kind="test.leave_trace").state == Job.State.DONE
    assert Job.objects.filter(kind="jobs.start_local_work").count() == 1
