"""The web process: gunicorn's synchronous worker, which here gives up on a client that is slow with its headers.

It serves one connection at a time, so a few clients that send a header a minute would stop all of them. The proxy of
the deployment reads requests whole before it passes them on (docs/operation.md); this holds without one, too.
"""

import errno
import gc
import socket
import time
from typing import Any

from gunicorn.workers.sync import SyncWorker

#: In seconds: from the connection to the end of the headers.
HEADERS_WITHIN = 5.0


class HurriedSocket:
    """A connection whose client has so many seconds to be understood; afterwards it counts as broken off."""

    def __init__(self, client: socket.socket, seconds: float) -> None:
        self._client = client
        self._until: float | None = time.monotonic() + seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def recv(self, size: int) -> bytes:
        """What has come in; raises `ConnectionResetError` when the time is over."""
        if self._until is None:
            return self._client.recv(size)
        self._client.settimeout(max(self._until - time.monotonic(), 0.001))
        try:
            return self._client.recv(size)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the headers took too long") from error

    def be_patient(self) -> None:
        """The headers are read: the rest may take as long as a request may."""
        self._until = None
        self._client.settimeout(None)


class WebWorker(SyncWorker):
    """gunicorn's worker with a time-out for headers: `gunicorn --worker-class ecomnet.web_worker.WebWorker`."""

    def load_wsgi(self) -> None:
        """Load the application. Its half million objects stay: no request waits for a search among them."""
        super().load_wsgi()
        gc.collect()
        gc.freeze()

    def handle(self, listener: Any, client: socket.socket, addr: Any) -> None:
        """Serve one connection."""
        super().handle(listener, HurriedSocket(client, HEADERS_WITHIN), addr)

    def handle_request(self, listener: Any, req: Any, client: Any, addr: Any) -> None:
        """Serve a request whose headers have been read."""
        client.be_patient()
        super().handle_request(listener, req, client, addr)
