"""Wakes a worker through the broker when a job is due. Delivery is optional: workers also poll."""

import threading
import time
from contextlib import suppress

import structlog
from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.exceptions import KombuError

logger = structlog.get_logger(__name__)

#: The task that the message starts (`ecomnet/celery.py`).
LOOK = "jobs.look"
#: A message that was not delivered by then expires: workers have polled meanwhile.
FORGOTTEN_AFTER_SECONDS = 15
#: After a message that failed, this process sends none for so long.
QUIET_SECONDS = 5.0
#: No retries and no waiting for a broker that does not answer at once.
IMPATIENT = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "max_retries": 0}


class WorkerSignal(threading.local):
    """The signal of one thread, with a broker connection of its own; the worker's own waits for ever."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.quiet_until = 0.0

    def send(self) -> None:
        """Send once; never raises and never waits: the job is already in the database."""
        if time.monotonic() < self.quiet_until:
            return
        try:
            self._send()
        except (OSError, KombuError) as error:
            self._give_up()
            logger.warning("broker_unavailable", error=type(error).__name__)

    def _send(self) -> None:
        if self.connection is None:
            self.connection = Connection(settings.CELERY_BROKER_URL, connect_timeout=0.3, transport_options=IMPATIENT)
        current_app.send_task(
            LOOK, connection=self.connection, retry=False, ignore_result=True, expires=FORGOTTEN_AFTER_SECONDS
        )

    def _give_up(self) -> None:
        broken, self.connection = self.connection, None
        self.quiet_until = time.monotonic() + QUIET_SECONDS
        if broken is not None:
            with suppress(OSError, KombuError):
                broken.release()


_signal = WorkerSignal()


def wake_workers() -> None:
    """Wake a worker: a job may be due."""
    _signal.send()
