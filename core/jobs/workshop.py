"""The threads of a worker process: hands that work, and a keeper that looks at the clock.

They need nothing but the database. A ring of the doorbell only makes them look sooner.
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
from core.jobs.services import extend_leases, sweep
from core.jobs.ticks import write_ticks

logger = structlog.get_logger(__name__)

#: How often each worker looks into the table by itself.
ROUND_SECONDS = 15.0
#: A job that runs longer than this is not kept alive any more: another worker takes it over.
LONGEST_RUN_SECONDS = 1800.0
#: While all hands are busy and something is due, the keeper looks again after this.
BUSY_SECONDS = 0.25
DATABASE_GONE_SECONDS = 1.0


class WorkerPool:
    """The hands and the keeper of one process."""

    def __init__(self, *, hands: int | None = None) -> None:
        count = hands or settings.ECOMNET_WORKER_THREADS
        self._stopping = threading.Event()
        self._keeper_wakes = threading.Event()
        # More calls than hands say nothing new: a hand goes on until nothing is due.
        self._calls: queue.Queue[None] = queue.Queue(maxsize=count)
        self._threads = [threading.Thread(target=self._work, name=f"hand-{number}") for number in range(count)]
        self._threads.append(threading.Thread(target=self._keep, name="keeper"))

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()
        logger.info("workshop_open", hands=len(self._threads) - 1)

    def wake(self) -> None:
        """There may be work: a hand looks now, and the keeper looks what comes due next."""
        self._call_a_hand()
        self._keeper_wakes.set()

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping.set()
        for _thread in self._threads:
            self.wake()

    def join(self, timeout: float) -> bool:
        """Wait until what was begun is finished; False if that takes longer than `timeout` seconds."""
        ends = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(ends - time.monotonic(), 0))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while not self._stopping.is_set():
            with suppress(queue.Empty):
                self._calls.get(timeout=ROUND_SECONDS)
            self._at_the_table(lambda: run_due_jobs(is_stopping=self._stopping.is_set))
        connection.close()

    def _keep(self) -> None:
        round_at = time.monotonic()
        while not self._stopping.is_set():
            self._keeper_wakes.clear()
            if time.monotonic() >= round_at:
                self._at_the_table(make_a_round)
                round_at = time.monotonic() + ROUND_SECONDS
            wait = self._at_the_table(seconds_until_due)
            if wait is not None and wait <= 0:
                self._call_a_hand()
                wait = BUSY_SECONDS
            until_round = round_at - time.monotonic()
            self._keeper_wakes.wait(max(min(until_round, until_round if wait is None else wait), 0))
        connection.close()

    def _call_a_hand(self) -> None:
        with suppress(queue.Full):
            self._calls.put_nowait(None)

    def _at_the_table(self, look: Callable[[], Any]) -> Any:
        """Look with a live connection; without a database wait a little and look again."""
        try:
            close_old_connections()
            return look()
        except Error as error:
            logger.warning("database_gone", error=type(error).__name__)
            connection.close()
            self._stopping.wait(DATABASE_GONE_SECONDS)
            return None


def make_a_round(*, clock: Callable[[], dt.datetime] = now) -> None:
    """Keep what is being worked on, take back what silent workers hold, write the ticks that are on.

    Each round touches the file of the worker's pulse, by which a container's check tells life from a hang.
    """
    at = clock()
    extend_leases(jobs=running_jobs(longest_seconds=LONGEST_RUN_SECONDS), at=at)
    sweep(at=at)
    write_ticks(at=at)
    if settings.ECOMNET_WORKER_POLL_SECONDS:
        Path(settings.ECOMNET_WORKER_POLL_SECONDS).touch()


def seconds_until_due() -> float | None:
    """How long until the next job comes due; None when none waits."""
    waiting = Job.objects.filter(state=Job.State.WAITING).order_by("run_at").values_list("run_at", flat=True)
    instants = [waiting.filter(is_patient=is_patient).first() for is_patient in (False, True)]
    known = [run_at for run_at in instants if run_at is not None]
    return (min(known) - now()).total_seconds() if known else None
