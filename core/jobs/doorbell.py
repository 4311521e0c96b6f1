"""The doorbell: tells a worker that there is work. Nothing depends on it being heard."""

import threading
import time

import structlog
from celery import current_app
from kombu.exceptions import KombuError

logger = structlog.get_logger(__name__)

#: The task that a ring starts (`ecomnet/celery.py`).
LOOK = "jobs.look"
#: After a ring that nobody took, no process tries again for so many seconds: workers look by themselves.
QUIET_SECONDS = 5.0

_broken_until = 0.0
_lock = threading.Lock()


def ring() -> None:
    """Ring once; never raises, never waits more than a blink: the work is already in the database."""
    global _broken_until
    if time.monotonic() < _broken_until:
        return
    try:
        current_app.send_task(LOOK, retry=False, ignore_result=True, expires=15)
    except (OSError, KombuError) as error:
        with _lock:
            _broken_until = time.monotonic() + QUIET_SECONDS
        logger.warning("doorbell_silent", error=type(error).__name__)
