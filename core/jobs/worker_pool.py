"""The threads of a worker process: worker threads that run jobs, and one scheduler thread.

They depend on the database alone. A message from the broker only makes them poll sooner.
"""

import datetime as dt
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils.timezone import now

from core.jobs.models import Job
from core.jobs.runner import run_due_jobs, running_jobs
from core.jobs.services import LONG_AGO, extend_leases, oldest_waiting, sweep
from core.jobs.ticks import write_ticks

logger = structlog.get_logger(__name__)

#: How often each worker polls the table of jobs without being woken.
ROUND_SECONDS = 15.0
#: While all worker threads are busy and a job is due, the scheduler polls again after this.
BUSY_SECONDS = 0.25
DATABASE_GONE_SECONDS = 1.0


class WorkerPool:
    """The worker threads and the scheduler thread of one process."""

    def __init__(self, *, threads: int | None = None) -> None:
        count = threads or settings.ECOMNET_WORKER_THREADS
        self._stopping = threading.Event()
        self._scheduler_wakes = threading.Event()
        #: Nothing that waits is due before; found anew in each round.
        self._oldest = LONG_AGO
        # More wake-ups than threads add nothing: a thread runs jobs until none is due.
        self._calls: queue.Queue[None] = queue.Queue(maxsize=count)
        self._threads = [threading.Thread(target=self._work, name=f"worker-{number}") for number in range(count)]
        self._threads.append(threading.Thread(target=self._schedule, name="scheduler"))

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()
        logger.info("worker_pool_started", threads=len(self._threads) - 1)

    def wake(self) -> None:
        """A job may be due: wake one worker thread, and the scheduler, which finds the next due time."""
        self._wake_a_thread()
        self._scheduler_wakes.set()

    def stop(self) -> None:
        """Claim no further jobs."""
        self._stopping.set()
        for _thread in self._threads:
            self.wake()

    def join(self, timeout: float) -> bool:
        """Wait until running jobs have finished; False if that takes longer than `timeout` seconds."""
        ends = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(ends - time.monotonic(), 0))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while not self._stopping.is_set():
            with suppress(queue.Empty):
                self._calls.get(timeout=ROUND_SECONDS)
            self._with_database(lambda: run_due_jobs(is_stopping=self._stopping.is_set, since=self._since))
        connection.close()

    def _schedule(self) -> None:
        round_at = time.monotonic()
        while not self._stopping.is_set():
            self._scheduler_wakes.clear()
            if time.monotonic() >= round_at:
                self._with_database(run_maintenance)
                self._oldest = self._with_database(lambda: oldest_waiting(at=now())) or LONG_AGO
                round_at = time.monotonic() + ROUND_SECONDS
            wait = self._with_database(seconds_until_due)
            if wait is not None and wait <= 0:
                self._wake_a_thread()
                wait = BUSY_SECONDS
            until_round = round_at - time.monotonic()
            self._scheduler_wakes.wait(max(min(until_round, until_round if wait is None else wait), 0))
        connection.close()

    def _since(self) -> dt.datetime:
        return self._oldest

    def _wake_a_thread(self) -> None:
        with suppress(queue.Full):
            self._calls.put_nowait(None)

    def _with_database(self, query: Callable[[], Any]) -> Any:
        """Run a query with a live connection; without a database wait and let the caller retry."""
        try:
            close_old_connections()
            return query()
        except Error as error:
            logger.warning("database_gone", error=type(error).__name__)
            connection.close()
            self._stopping.wait(DATABASE_GONE_SECONDS)
            return None


def run_maintenance(*, clock: Callable[[], dt.datetime] = now) -> None:
    """Extend leases of running jobs, take back jobs whose lease has expired, write the ticks that are due.

    It also touches the heartbeat file, by which the container's health check detects a hung worker.
    """
    at = clock()
    extend_leases(jobs=running_jobs(), at=at)
    sweep(at=at)
    write_ticks(at=at)
    if settings.ECOMNET_WORKER_HEARTBEAT_FILE:
        Path(settings.ECOMNET_WORKER_HEARTBEAT_FILE).touch()


def seconds_until_due() -> float | None:
    """Seconds until the next job is due; None when none waits."""
    waiting = Job.objects.filter(state=Job.State.WAITING).order_by("run_at").values_list("run_at", flat=True)
    instants = [waiting.filter(is_patient=is_patient).first() for is_patient in (False, True)]
    known = [run_at for run_at in instants if run_at is not None]
    return (min(known) - now()).total_seconds() if known else None
