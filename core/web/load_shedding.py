"""More visitors than the house can serve: whoever has waited too long at the door is told to come back, at once.

A request that is served after everybody has gone home helps nobody and keeps the next one waiting. Turning away costs
almost nothing, because it happens before anything is read, so that the others are served in time.

A burst may wait for seconds: it is over soon, and everybody is served. A queue that has been standing for a while does
not go away by waiting, so from then on nobody waits longer than a moment (B. Maurer, "Fail at Scale", ACM Queue 13/8,
2015: a controlled delay).
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

#: Those who watch the house must hear the truth, however late.
NEVER_TURNED_AWAY = frozenset({"/livez", "/readyz", "/metrics"})
#: In seconds: whoever waited no longer found nobody before him; a queue that has been there for longer is standing.
NO_WAIT, STANDING_AFTER = 0.05, 1.0
#: Where Linux tells how many milliseconds ago the last data came in on a connection (`struct tcp_info`, linux/tcp.h).
LAST_DATA_RECEIVED = slice(52, 56)


class Door:
    """What one process, which serves one request after the other, knows of the queue before the house."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calm_at = self._left_at = clock()
        #: Whether there has been a queue for so long that it will not go away by itself.
        self.is_crowded = False

    def come_in(self, waited: float) -> bool:
        """Note that somebody steps up who has waited so many seconds; whether he is served."""
        now = self._clock()
        if waited <= NO_WAIT or now - self._left_at > NO_WAIT:  # nobody was before him, or there was nothing to do
            self._calm_at = now
        self.is_crowded = now - self._calm_at > STANDING_AFTER
        return waited <= (
            settings.ECOMNET_CROWDED_QUEUE_SECONDS if self.is_crowded else settings.ECOMNET_MAX_QUEUE_SECONDS
        )

    def leave(self) -> None:
        """Note that he has left."""
        self._left_at = self._clock()


DOOR = Door()


def is_crowded() -> bool:
    """Whether people stand at the door of this process: whoever is inside should not dawdle."""
    return DOOR.is_crowded


class OverloadMiddleware:
    """Turns away with 503 and `Retry-After` whoever has waited at the door longer than the settings allow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse], door: Door = DOOR) -> None:
        self.get_response = get_response
        self.door = door

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in NEVER_TURNED_AWAY:
            return self.get_response(request)
        try:
            if self.door.come_in(waited(request.META)):
                return self.get_response(request)
            with translation.override(translation.get_language_from_request(request)):
                return error_pages.too_busy(request)
        finally:
            self.door.leave()


def waited(environ: Mapping[str, Any]) -> float:
    """Seconds between the arrival of a request and now, in which nobody had a hand free for it.

    Told by the kernel, for the connection that gunicorn has accepted, and by a proxy that sets `X-Request-Start: t=`
    and seconds since 1970. A client that writes the header itself can only have itself turned away.
    """
    return max(_since_last_data(environ.get("gunicorn.socket")), _since_told(environ.get("HTTP_X_REQUEST_START", "")))


def _since_last_data(connection: socket.socket | None) -> float:
    if connection is None or sys.platform != "linux" or connection.family == socket.AF_UNIX:
        return 0.0
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_DATA_RECEIVED.stop)
    return struct.unpack("I", told[LAST_DATA_RECEIVED])[0] / 1000


def _since_told(header: str) -> float:
    try:
        since = float(header.removeprefix("t="))
    except ValueError:
        return 0.0
    return time.time() - since if since > 0 else 0.0
