"""More visitors than the house can serve: whoever has waited too long at the door is told to come back, at once.

A request that is served after everybody has gone home helps nobody and keeps the next one waiting. Turning away costs
almost nothing, because it happens before anything is read, so that the others are served in time. What is only looked
at is turned away before what does something: a press of *Pay* waits longer.
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

from core import error_pages

#: Those who watch the house must hear the truth, however late.
NEVER_TURNED_AWAY = frozenset({"/livez", "/readyz", "/metrics"})
#: Where Linux tells how many milliseconds ago the last data came in on a connection (`struct tcp_info`, linux/tcp.h).
LAST_DATA_RECEIVED = slice(52, 56)


class OverloadMiddleware:
    """Turns away with 503 and `Retry-After` whoever has waited at the door longer than the settings allow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in NEVER_TURNED_AWAY and waited(request.META) > _patience(request):
            with translation.override(translation.get_language_from_request(request)):
                return error_pages.too_busy(request)
        return self.get_response(request)


def waited(environ: Mapping[str, Any]) -> float:
    """Seconds between the arrival of a request and now, in which nobody had a hand free for it.

    Told by the kernel, for the connection that gunicorn has accepted, and by a proxy that sets `X-Request-Start: t=`
    and seconds since 1970. A client that writes the header itself can only have itself turned away.
    """
    return max(_since_last_data(environ.get("gunicorn.socket")), _since_told(environ.get("HTTP_X_REQUEST_START", "")))


def _patience(request: HttpRequest) -> float:
    is_looking = request.method in {"GET", "HEAD", "OPTIONS"}
    return settings.ECOMNET_READS_WAIT if is_looking else settings.ECOMNET_WRITES_WAIT


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
