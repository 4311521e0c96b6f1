"""Wakes a worker through the broker when a job is due. Delivery is optional: workers also poll.

A signal is an entry of a list in the broker that one worker takes: written by hand, since a task of Celery costs a
request several times as much. Celery carries the ticks.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = structlog.get_logger(__name__)

#: The list that workers wait at, and how many signals it holds: a worker runs jobs until none is due.
SIGNALS, MOST_SIGNALS = "ecomnet:signals", 100
#: A signal that was not taken by then expires: workers have polled meanwhile.
FORGOTTEN_AFTER_SECONDS = 15
#: After a signal that failed, this process sends none for so long.
QUIET_SECONDS = 5.0
#: No retries and no waiting for a broker that does not answer at once.
IMPATIENT_SECONDS = 0.3
#: A worker waits so long for a signal, then again; and so long after a broker that is unavailable.
LISTENING_SECONDS, UNAVAILABLE_SECONDS = 5, 1.0


class WorkerSignal(threading.local):
    """The signal of one thread, with a broker connection of its own."""

    def __init__(self) -> None:
        self.client: Redis | None = None
        self.quiet_until = 0.0

    def send(self) -> None:
        """Send once; never raises and never waits: the job is already in the database."""
        if time.monotonic() < self.quiet_until:
            return
        try:
            self._send()
        except (OSError, RedisError) as error:
            self.client = None
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            logger.warning("broker_unavailable", error=type(error).__name__)

    def _send(self) -> None:
        if self.client is None:
            self.client = client_of(seconds=IMPATIENT_SECONDS)
        with self.client.pipeline(transaction=False) as together:
            together.lpush(SIGNALS, 1)
            together.ltrim(SIGNALS, 0, MOST_SIGNALS - 1)
            together.expire(SIGNALS, FORGOTTEN_AFTER_SECONDS)
            together.execute()


def client_of(*, seconds: float) -> Redis:
    """A connection to the broker that waits so long for each answer and does not try again."""
    url = settings.REDIS_URL.replace("redis+socket://", "unix://", 1)  # as Celery writes a UNIX socket
    connecting: dict[str, Any] = {} if url.startswith("unix:") else {"socket_connect_timeout": seconds}
    return Redis.from_url(url, socket_timeout=seconds, retry=Retry(NoBackoff(), 0), **connecting)


_signal = WorkerSignal()


def wake_workers() -> None:
    """Wake a worker: a job may be due."""
    _signal.send()


def listen(wake: Callable[[], None], *, is_stopping: threading.Event) -> None:
    """Take signals as they come and wake this process for each, until it stops; without a broker, wait for it."""
    client = client_of(seconds=LISTENING_SECONDS * 2)
    while not is_stopping.is_set():
        try:
            if client.brpop([SIGNALS], timeout=LISTENING_SECONDS):
                wake()
        except (OSError, RedisError):
            is_stopping.wait(UNAVAILABLE_SECONDS)
