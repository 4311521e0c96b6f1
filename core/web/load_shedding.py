"""Load shedding: a request that has waited too long in the queue is refused at once with 503 and `Retry-After`.

A request that is served after its client has given up helps nobody and delays the next one. A refusal costs almost
nothing, because it happens before anything is read, so that the others are served in time.

A burst may wait for seconds: the queue drains soon, and every request is served. A persistent queue does not drain by
waiting, so then no request waits longer than a fraction of a second (B. Maurer, "Fail at Scale", ACM Queue 13/8, 2015:
controlled delay).
"""

import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from core.web import error_pages

#: Monitoring is always answered, however late.
NEVER_SHED = frozenset({"/livez", "/readyz", "/metrics"})
#: In seconds. Below NO_WAIT the queue was empty; older than STANDING_AFTER it counts as persistent.
NO_WAIT, STANDING_AFTER = 0.05, 1.0
#: Where Linux reports how many milliseconds ago the last data came in on a connection (`struct tcp_info`, linux/tcp.h).
LAST_DATA_RECEIVED = slice(52, 56)


class LoadShedder:
    """The state of the request queue as seen by one synchronous web process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calm_at = self._left_at = clock()
        #: Whether the queue is persistent.
        self.is_crowded = False
        #: Whether the request that is being served has queued: others may stand behind it.
        self.has_queue = False

    def admit(self, waited: float) -> bool:
        """Record a request that has waited so many seconds; whether it is served."""
        now = self._clock()
        self.has_queue = waited > NO_WAIT and now - self._left_at <= NO_WAIT
        if not self.has_queue:  # the queue was empty, or the process was idle
            self._calm_at = now
        self.is_crowded = now - self._calm_at > STANDING_AFTER
        return waited <= (
            settings.ECOMNET_CROWDED_QUEUE_SECONDS if self.is_crowded else settings.ECOMNET_MAX_QUEUE_SECONDS
        )

    def finish(self) -> None:
        """Record that the request has ended."""
        self._left_at = self._clock()
        self.has_queue = False

    def rest(self, seconds: float) -> None:
        """Record that the request has waited for somebody else: who queues behind it makes no persistent queue."""
        self._calm_at += seconds


SHEDDER = LoadShedder()


def is_crowded() -> bool:
    """Whether requests queue for this process: a view should then not wait for an external answer."""
    return SHEDDER.is_crowded or SHEDDER.has_queue


class OverloadMiddleware:
    """Refuses with 503 and `Retry-After` a request that has queued longer than the settings allow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse], shedder: LoadShedder = SHEDDER) -> None:
        self.get_response = get_response
        self.shedder = shedder

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in NEVER_SHED:
            return self.get_response(request)
        try:
            if self.shedder.admit(waited(request.META)):
                return self.get_response(request)
            with translation.override(translation.get_language_from_request(request)):
                return error_pages.too_busy(request)
        finally:
            self.shedder.finish()


def waited(environ: Mapping[str, Any]) -> float:
    """Seconds that a request has queued since its arrival.

    Reported by the kernel for the connection that gunicorn has accepted, and by a proxy that sets `X-Request-Start: t=`
    and seconds since 1970. A client that forges the header can only have its own request refused.
    """
    return max(_since_last_data(environ.get("gunicorn.socket")), _since_header(environ.get("HTTP_X_REQUEST_START", "")))


def _since_last_data(connection: socket.socket | None) -> float:
    if connection is None or sys.platform != "linux" or connection.family == socket.AF_UNIX:
        return 0.0
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_DATA_RECEIVED.stop)
    return struct.unpack("I", info[LAST_DATA_RECEIVED])[0] / 1000


def _since_header(header: str) -> float:
    try:
        since = float(header.removeprefix("t="))
    except ValueError:
        return 0.0
    return time.time() - since if since > 0 else 0.0
