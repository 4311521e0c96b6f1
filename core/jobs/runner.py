"""Runs jobs: claim, run and mark, one job after the other."""

import datetime as dt
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.timezone import now

from core.database.reference import version_of
from core.errors import Refused
from core.events.services import gathering
from core.jobs.models import Job
from core.jobs.registry import KINDS, LONGEST_RUN_SECONDS
from core.jobs.services import (
    LONG_AGO,
    LeaseLost,
    claim,
    mark_done,
    mark_done_and_claim,
    mark_failed,
    mark_waiting,
)

logger = structlog.get_logger(__name__)

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Wants:
    """What a worker wants after a job: another one, and due from when on."""

    another: Callable[[], bool]
    since: Callable[[], dt.datetime]


NOTHING_MORE = Wants(lambda: False, lambda: LONG_AGO)


class NotFinished(Exception):
    """A body of a calling job returned without `finishing()` and without `retry_in()`."""


class UnknownKind(Exception):
    """No body is registered for this kind."""


class RunningJob:
    """A claimed job, as its function receives it."""

    def __init__(self, job: Job, clock: Clock, wants: Wants = NOTHING_MORE) -> None:
        self.row = job
        self.id: int = job.pk
        self.kind: str = job.kind
        self.payload: dict[str, Any] = job.payload
        #: Which attempt this is, from 1.
        self.attempt: int = job.attempts
        self.clock = clock
        #: The instant at which this attempt began.
        self.at: dt.datetime = clock()
        self.is_marked = False
        #: Whether the mark has claimed another job if one was due, and that job.
        self.has_claimed = False
        self.next: Job | None = None
        self._wants = wants
        self._seconds: float | None = None

    @contextmanager
    def finishing(self) -> Iterator[dt.datetime]:
        """The one transaction of effect and mark; gives the instant. Once per run.

        A worker that was thought dead learns it here (`LeaseLost`), and its effect is taken back.
        """
        if self.is_marked:
            raise RuntimeError("a job finishes once")
        with transaction.atomic():
            at = self.clock()
            with gathering():
                yield at
            following = self._mark(at)
        self.is_marked, self.next = True, following

    def retry_in(self, seconds: float) -> None:
        """Come back later without counting a failure. Inside `finishing()`: together with what is written there."""
        self._seconds = seconds

    def still_working(self) -> None:
        """A long job has come further: from now on its lease is extended for as long as from its beginning."""
        if _key(self.row) in _running:
            _running[_key(self.row)] = (self.row, time.monotonic())

    def close(self) -> None:
        """After the body: write the mark that `finishing()` has not written."""
        if self.is_marked:
            return
        if self._seconds is None:
            raise NotFinished(self.kind)
        self._mark(self.clock())

    def _mark(self, at: dt.datetime) -> Job | None:
        if self._seconds is not None:
            mark_waiting(job=self.row, run_at=at + dt.timedelta(seconds=self._seconds))
        elif self._wants.another():
            self.has_claimed = True
            return mark_done_and_claim(job=self.row, at=at, since=self._wants.since())
        else:
            mark_done(job=self.row, at=at)
        return None


def run_due_jobs(
    *,
    clock: Clock = now,
    limit: int | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
    on_failure: Callable[[Job, Exception], None] = lambda job, error: None,
    since: Callable[[], dt.datetime] = lambda: LONG_AGO,
) -> int:
    """Run jobs until none is due, `limit` are done or the process stops; returns how many were run.

    `since`: jobs that were due before are not looked at.
    """
    count = 0
    wants = Wants(lambda: not is_stopping() and count + 1 != limit, since)
    job = claim(owner=this_worker(), at=clock(), since=since()) if limit != 0 and not is_stopping() else None
    while job is not None:
        running = run(job, clock=clock, on_failure=on_failure, wants=wants)
        job = running.next
        if not running.has_claimed and wants.another():
            job = claim(owner=this_worker(), at=clock(), since=since())
        count += 1
    return count


def run(
    job: Job,
    *,
    clock: Clock,
    on_failure: Callable[[Job, Exception], None] = lambda job, error: None,
    wants: Wants = NOTHING_MORE,
) -> RunningJob:
    """Run one claimed job; whatever its body does, the row says afterwards what became of it.

    With `wants` the mark that it is done claims the next job, which its answer has as `next`.
    """
    running = RunningJob(job, clock, wants)
    started = time.monotonic()
    log = logger.bind(job=job.pk, kind=job.kind, attempt=job.attempts)
    with _held(job), version_of(job.reference_version), translation.override(settings.LANGUAGE_CODE):
        try:
            _run_body(running)
        except LeaseLost:
            log.warning("job_lease_lost")
        except Refused as refusal:
            _settle_refusal(job, refusal, clock)
            log.info("job_refused", code=refusal.code)
            on_failure(job, refusal)
        except Exception as error:  # the edge: a body may fail in any way, and the row must say so
            _fail(job, error, clock)
            log.error("job_failed", error=type(error).__name__, where=_where(error))
            on_failure(job, error)
        else:
            log.info("job_run", seconds=round(time.monotonic() - started, 3))
    return running


def _run_body(running: RunningJob) -> None:
    kind = KINDS.get(running.kind)
    if kind is None:
        raise UnknownKind(running.kind)
    kind.run(running)
    running.close()


def _settle_refusal(job: Job, refusal: Refused, clock: Clock) -> None:
    """A refusal that says when to come back (a provider that is down) is no failure of the job."""
    if refusal.retry_after is None:
        _fail(job, refusal, clock)
    else:
        _write(job, lambda: mark_waiting(job=job, run_at=clock() + dt.timedelta(seconds=refusal.retry_after or 0)))


def _fail(job: Job, error: Exception, clock: Clock) -> None:
    _write(job, lambda: mark_failed(job=job, error=_described(error), at=clock()))


def _write(job: Job, mark: Callable[[], None]) -> None:
    """Without a database nothing can be marked: the lease ends, and the sweep takes the job back."""
    try:
        mark()
    except (LeaseLost, DatabaseError) as error:
        logger.warning("job_not_marked", job=job.pk, kind=job.kind, error=type(error).__name__)


def _described(error: Exception) -> str:
    """What went wrong and where, without the message: it may hold a name or a number."""
    if isinstance(error, Refused):
        return f"{type(error).__name__} ({error.code}) at {_where(error)}"
    code = getattr(error.__cause__, "pgcode", None)
    return f"{type(error).__name__}{f' ({code})' if code else ''} at {_where(error)}"


def _where(error: Exception) -> str:
    """The innermost line of our own code."""
    root = Path(settings.BASE_DIR)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(root) and ".venv" not in frame.filename]
    frame = (ours or list(frames))[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


def this_worker() -> str:
    """Host, process and thread: who holds a lease."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_ident() % 1_000_000}"


#: The jobs that this process is running, with the instant (monotonic) at which they began or last came further: their
#: leases are extended. By fence, too: a job that was taken over may have a thread that does not know it yet.
_running: dict[tuple[int, int], tuple[Job, float]] = {}


def _key(job: Job) -> tuple[int, int]:
    return job.pk, job.fence


def running_jobs() -> list[Job]:
    """What this process is running and has not been running for too long without coming further."""
    clock = time.monotonic()
    return [job for job, began in list(_running.values()) if clock - began <= _longest(job.kind)]


def _longest(kind: str) -> float:
    return KINDS[kind].longest if kind in KINDS else LONGEST_RUN_SECONDS


@contextmanager
def _held(job: Job) -> Iterator[None]:
    _running[_key(job)] = (job, time.monotonic())
    try:
        yield
    finally:
        _running.pop(_key(job), None)
