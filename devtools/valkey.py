"""A Valkey of this checkout, on a UNIX socket: a wake-up signal that keeps nothing."""

import socket
import time
from dataclasses import dataclass
from urllib.parse import quote

from devtools import folders
from devtools.binaries import give_to_servers, servers_user, valkey_server
from devtools.console import Stop
from devtools.processes import Child


@dataclass(frozen=True, slots=True)
class Valkey:
    """The Valkey of one purpose."""

    purpose: str

    def url(self) -> str:
        """Its address."""
        return f"unix://{quote(self._socket)}"

    def start(self) -> None:
        """Start it and wait until it answers; one that answers is left alone."""
        if self.answers() and self.child().pid():
            return
        give_to_servers(folders.servers_of(self.purpose), folders.sockets_of(self.purpose))
        child = self.child()
        child.start()
        until = time.monotonic() + 10
        while not self.answers():
            if time.monotonic() > until or child.pid() is None:
                raise Stop(f"Valkey does not start; see {child.log}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(self._socket)
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def pid(self) -> int | None:
        """The pid of the running server."""
        return self.child().pid()

    def stop(self) -> None:
        """Stop it; no harm if it does not run."""
        self.child().stop()

    def child(self) -> Child:
        """The process."""
        settings = {"port": "0", "unixsocket": self._socket, "unixsocketperm": "700", "save": "", "appendonly": "no"}
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return Child("valkey", [str(valkey_server()), *words], folders.state_of(self.purpose), options=servers_user())

    @property
    def _socket(self) -> str:
        return str(folders.sockets_of(self.purpose) / "valkey.sock")
