"""The doorbell: tells a worker that there is work. Nothing depends on it being heard."""

import threading
import time
from contextlib import suppress

import structlog
from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.exceptions import KombuError

logger = structlog.get_logger(__name__)

#: The task that a ring starts (`ecomnet/celery.py`).
LOOK = "jobs.look"
#: A ring that nobody has heard by then says nothing any more: workers have looked by themselves.
FORGOTTEN_AFTER_SECONDS = 15
#: After a ring that failed, this process does not try again for so long.
QUIET_SECONDS = 5.0
#: No retries, no waiting: a broker that does not answer at once is left alone.
IMPATIENT = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "max_retries": 0}


class Doorbell(threading.local):
    """The bell of one thread, with a broker connection of its own (the worker's own one waits for ever)."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.quiet_until = 0.0

    def ring(self) -> None:
        """Ring once; never raises and never waits: the work is already in the database."""
        if time.monotonic() < self.quiet_until:
            return
        try:
            self._send()
        except (OSError, KombuError) as error:
            self._give_up()
            logger.warning("doorbell_silent", error=type(error).__name__)

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


_bell = Doorbell()


def ring() -> None:
    """Tell a worker that there may be work."""
    _bell.ring()
