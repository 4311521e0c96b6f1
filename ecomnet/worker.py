"""The worker process: it starts and stops the worker pool; Celery messages and ticks wake the pool."""

import threading
from typing import Any

from celery import shared_task
from celery.signals import setup_logging, worker_init, worker_shutdown, worker_shutting_down
from django.utils.timezone import now

from core.jobs.garbage import look_less_often
from core.jobs.ticks import write_ticks
from core.jobs.wake_up import listen
from core.jobs.worker_pool import WorkerPool

#: How long a worker that is asked to stop waits for running jobs; the leases of the others expire.
PATIENCE_SECONDS = 3.0

pool, stopping = WorkerPool(), threading.Event()


@shared_task(name="jobs.tick")
def tick(kind: str) -> None:
    """Write the ticks of this kind that are due; a second beat has no effect."""
    write_ticks(at=now(), kinds=[kind])
    pool.wake()


@setup_logging.connect
def keep_the_logging_of_django(**_what: Any) -> None:
    """Prevents Celery from installing handlers: Django's settings configure logging."""


@worker_init.connect
def start_pool(**_what: Any) -> None:
    """Start before the broker is reached, so that jobs run without it."""
    look_less_often()
    pool.start()
    threading.Thread(target=listen, args=[pool.wake], kwargs={"is_stopping": stopping}, daemon=True).start()


@worker_shutting_down.connect
def stop_pool(**_what: Any) -> None:
    """Asked to stop: claim no further jobs."""
    stopping.set()
    pool.stop()


@worker_shutdown.connect
def join_pool(**_what: Any) -> None:
    """Exit when running jobs have finished, or when the time limit is over."""
    pool.stop()
    pool.join(PATIENCE_SECONDS)
