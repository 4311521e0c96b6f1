"""The worker process: its hands open with it, hear the doorbell and the beat, and close with it."""

from typing import Any

from celery import shared_task
from celery.signals import setup_logging, worker_init, worker_shutdown, worker_shutting_down
from django.utils.timezone import now

from core.jobs.doorbell import LOOK
from core.jobs.ticks import write_ticks
from core.jobs.workshop import WorkerPool

#: How long a worker that is asked to stop waits for what it has begun; then the lease of the rest runs out.
PATIENCE_SECONDS = 3.0

workshop = WorkerPool()


@shared_task(name=LOOK)
def look() -> None:
    """Somebody rang: there may be work."""
    workshop.wake()


@shared_task(name="jobs.tick")
def tick(kind: str) -> None:
    """The beat says that a tick of this kind is on; a second beat says so in vain."""
    write_ticks(at=now(), kinds=[kind])
    workshop.wake()


@setup_logging.connect
def keep_the_logging_of_the_house(**_what: Any) -> None:
    """Celery installs no handlers of its own: Django's settings have done it."""


@worker_init.connect
def open_workshop(**_what: Any) -> None:
    """Before the broker is reached, so that its absence stops nobody."""
    workshop.start()


@worker_shutting_down.connect
def begin_nothing_new(**_what: Any) -> None:
    """Asked to stop: finish what was begun."""
    workshop.stop()


@worker_shutdown.connect
def close_workshop(**_what: Any) -> None:
    """Leave when the hands are done, or when patience is over."""
    workshop.stop()
    workshop.join(PATIENCE_SECONDS)
