"""The running system: web, worker, beat and sandbox provider, watched and ended in order."""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devtools import environment, folders, sandbox
from devtools.console import Stop, say
from devtools.processes import Child, PidFile
from devtools.servers import Servers

#: The processes in the order in which they end.
NAMES = ("web", "worker", "beat", "sandbox")
FIRST_CHOICE_OF_PORT = 8000
USUAL_ADDRESS = f"http://localhost:{FIRST_CHOICE_OF_PORT}"
#: Where hours must pass in minutes: when a payment of unknown outcome is asked after, how far apart two questions that
#: find nothing must be and how long after it was sent they count, and how long a company may take to answer. All in
#: seconds; the environment wins.
SHORT_WAITS = {
    "ECOMNET_CUTOFF_AFTER": "20",
    "ECOMNET_ENQUIRY_SCHEDULE": "1,2,4,8,15,30,60",
    "ECOMNET_NOT_FOUND_GAP": "3",
    "ECOMNET_PROVIDER_READ_SECONDS": "3",
}
#: More deaths of one process than this within a minute are no accident.
DEATHS_PER_MINUTE = 5


@dataclass(slots=True)
class Stack:
    """The processes of one system on one set of servers, in the order in which they end."""

    servers: Servers
    children: list[Child]
    address: str
    #: The socket at which the web listens; it outlives the web's deaths.
    listener: socket.socket | None = None
    _deaths: dict[str, list[float]] = field(default_factory=dict)

    def start(self) -> None:
        """Start everything and wait until the web answers."""
        _empty(Path(self.children[0].environment["PROMETHEUS_MULTIPROC_DIR"]))
        for child in self.children:
            child.start()
        self._wait_until_ready()

    def watch(self, until: threading.Event | None = None) -> None:
        """Whatever dies is started again, until somebody ends this command or the event comes."""
        while not (until or threading.Event()).wait(0.5):
            self.mend()

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Watch beside something else."""
        over = threading.Event()
        watch = threading.Thread(target=self.watch, args=(over,))
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def mend(self) -> None:
        """Start again what has died, servers first."""
        for name, server in (("PostgreSQL", self.servers.postgres), ("Valkey", self.servers.valkey)):
            if server and server.pid() is None:
                self._note_death(name)
                server.start()
        for child in self.children:
            if child.pid() is None:
                self._note_death(child.name)
                child.start()

    def kill(self, name: str) -> None:
        """The sudden death of one process and its children, `database` among them; whoever watches starts it again."""
        postgres = self.servers.postgres
        if name == "database" and postgres:
            postgres.kill()
        for child in self.children:
            if child.name == name:
                child.kill()

    def stop(self) -> None:
        """End everything, in order."""
        for child in self.children:
            child.stop()
        if self.listener:
            self.listener.close()

    def _note_death(self, name: str) -> None:
        now = time.monotonic()
        deaths = [at for at in self._deaths.get(name, []) if now - at < 60]
        self._deaths[name] = [*deaths, now]
        if len(deaths) >= DEATHS_PER_MINUTE:
            raise Stop(f"{name} dies again and again; see {folders.STATE}/run/{name}.log")
        say(f"  {name} has died; starting it again")

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + 60
        port = int(self.address.rpartition(":")[2])
        while not (_answers(port, "/livez") and _answers(port, "/readyz")):
            dead = [child for child in self.children if child.pid() is None]
            if dead:
                raise Stop(f"{dead[0].name} does not start; its last lines ({dead[0].log}):\n{_tail(dead[0].log)}")
            if time.monotonic() > until:
                raise Stop(f"The web does not become ready; see {self.children[0].log}")
            time.sleep(0.1)


def stack_on(servers: Servers) -> Stack:
    """The stack of this checkout; nothing is started yet."""
    folder = folders.state_of("run")
    listener = _open_socket()
    address = f"http://localhost:{listener.getsockname()[1]}"
    variables = variables_of(servers, address) | {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
    celery = [environment.tool("celery"), "-A", "ecomnet"]
    commands = {
        "web": [
            *(environment.tool("gunicorn"), "ecomnet.wsgi", "--bind", f"fd://{listener.fileno()}"),
            *("--worker-class", "ecomnet.web_worker.WebWorker"),
            *("--workers", os.environ.get("ECOMNET_WEB_WORKERS", "2"), "--graceful-timeout", "5"),
        ],
        "worker": [
            *(*celery, "worker", "--pool", "threads", "--concurrency", "1", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        "beat": [*celery, "beat", "--pidfile", "", "--loglevel", "INFO"],
        "sandbox": [environment.python(), "-m", "core.gateways.sandbox"],
    }
    options: dict[str, dict[str, Any]] = {name: {"cwd": folders.ROOT} for name in NAMES}
    options["web"]["pass_fds"] = (listener.fileno(),)
    children = [Child(name, commands[name], folder, variables, options[name]) for name in NAMES]
    return Stack(servers, children, address, listener)


def running_stack(servers: Servers, address: str) -> Stack:
    """The stack that another command has started and watches, at its address."""
    return Stack(servers, [Child(name, [], folders.state_of("run")) for name in NAMES], address)


def variables_of(servers: Servers, address: str) -> dict[str, str]:
    """The environment of every process of the demonstration."""
    return (
        servers.variables
        | sandbox.variables(address)
        | {name: os.environ.get(name, seconds) for name, seconds in SHORT_WAITS.items()}
        | {
            "DJANGO_SETTINGS_MODULE": "ecomnet.settings.local",
            "ECOMNET_PUBLIC_URL": address,
            "ECOMNET_CONTENT_ORIGIN": f"http://content.localhost:{urlsplit(address).port}",
        }
    )


@contextlib.contextmanager
def only_one_run(address: str) -> Iterator[None]:
    """Refuse a second stack in this checkout, and leave the first one's address where others find it."""
    noted = folders.state_of("run") / "address.json"
    with (folders.state_of("run") / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(f"This checkout runs already at {json.loads(noted.read_text())}. Stop it: ./dev stop") from None
        noted.write_text(json.dumps(address))
        leader().note(os.getpid())
        try:
            yield
        finally:
            noted.unlink(missing_ok=True)


def leader() -> PidFile:
    """The `./dev run` of this checkout."""
    return PidFile(folders.state_of("run") / "dev.pid")


def address_of_running_system() -> str | None:
    """Where the system of this checkout answers, if it runs."""
    noted = folders.state_of("run") / "address.json"
    return json.loads(noted.read_text()) if leader().pid() and noted.exists() else None


def stop_everything() -> None:
    """Stop the system of this checkout, or what a sudden death of `./dev` has left of it."""
    leader().end(patience=60)
    for name in NAMES:
        Child(name, [], folders.state_of("run")).stop()


def _open_socket() -> socket.socket:
    """The web's socket, open from now on: nobody else can take its port while the system is furnished, and those who
    come while a dead web is started again wait at the listener."""
    for port in (FIRST_CHOICE_OF_PORT, *range(FIRST_CHOICE_OF_PORT + 1, FIRST_CHOICE_OF_PORT + 20), 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(1024)
            return listener
        except OSError:
            listener.close()
    raise Stop("No port is free.")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
