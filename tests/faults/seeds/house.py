"""One system that is kept for many seeds: processes, wires, disk. Every seed finds it as it was set up."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
from django.db import connection

from devtools import folders
from tests.faults import trap
from tests.faults.seeds import servers
from tests.faults.seeds.disk import Disk, made_at
from tests.faults.seeds.lines import line, over
from tests.faults.seeds.schedule import WIRES
from tests.faults.seeds.servers import Running, Server
from tests.faults.seeds.wires import Wires

#: Hours must pass in seconds. A company can still execute what it received before a pause, so its cut-off is longer
#: than any blow.
WAITS = {
    "ECOMNET_CUTOFF_AFTER": "8",
    "ECOMNET_ENQUIRY_SCHEDULE": "1,2,3,4,5,6,7,8,10,12,14,16,18,20,25,30",
    "ECOMNET_NOT_FOUND_GAP": "1",
    "ECOMNET_PROVIDER_READ_SECONDS": "1.5",
}
#: Who dies is started again after so long, as by Docker.
STARTED_AGAIN_AFTER = 0.1
READY_WITHIN = 60.0
CELERY = ["celery", "-A", "ecomnet"]
SOCKET = ".s.PGSQL.5432"
#: Every seed numbers its jobs from another number on: what a worker still holds of the seed before fits nothing.
JOBS_OF_A_SEED = 1_000_000


@dataclass
class Nursling:
    """One of the system's own processes, forked by the nursery."""

    nursery: "Nursery"
    name: str
    words: list[str]
    places: dict[str, str]
    pid: int = 0

    def start(self) -> None:
        """Fork it."""
        self.pid = self.nursery.fork(name=self.name, words=self.words, places=self.places)

    def is_alive(self) -> bool:
        """Whether its first process lives; the nursery buries the dead at once."""
        return self.pid > 0 and servers.lives(self.pid)

    def pids(self) -> list[int]:
        """It and its children, by their session."""
        return _session_of(self.pid) if self.pid else []


@dataclass
class Nursery:
    """The process that forks the others (`tests.faults.seeds.nursery`)."""

    folder: Path
    variables: dict[str, str]
    process: subprocess.Popen | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """Let it read all code."""
        with (self.folder / "nursery.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.faults.seeds.nursery"],
                cwd=folders.ROOT,
                env=os.environ | self.variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self._hear("ready")

    def fork(self, *, name: str, words: list[str], places: dict[str, str]) -> int:
        """A new process; its pid."""
        with self._lock:
            wanted = {"words": words, "places": places, "log": str(self.folder / f"{name}.log")}
            self.process.stdin.write(f"{json.dumps(wanted)}\n")
            self.process.stdin.flush()
            return int(self._hear(""))

    def close(self) -> None:
        """End it."""
        if self.process:
            with self.process:  # closes its pipes
                self.process.kill()

    def _hear(self, wanted: str) -> str:
        said = self.process.stdout.readline().strip()
        if not said or (wanted and said != wanted):
            raise RuntimeError(f"the nursery says {said!r}:\n{(self.folder / 'nursery.log').read_text()[-3000:]}")
        return said


@dataclass
class House:
    """A running system."""

    folder: Path
    disk: Disk
    wires: Wires
    running: dict[str, Running]
    nursery: Nursery
    database: servers.Database
    address: str = ""
    #: Those whose death is wanted for a while: nobody starts them again meanwhile.
    held_down: set[str] = field(default_factory=set)
    #: Who was stopped since the last mending.
    paused: list[list[int]] = field(default_factory=list)
    deaths: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _watch: threading.Thread | None = None

    def kill(self, name: str) -> None:
        """`kill -9` to all of it; it stays dead until `let_live`."""
        self.held_down.add(name)
        servers.signal_all(self.running[name].pids(), signal.SIGKILL)

    def let_live(self, name: str) -> None:
        """Anyone who watches starts it again."""
        self.held_down.discard(name)

    def lay(self, *, moment: str, step: int, do: str) -> None:
        """The next who comes to this moment dies at this step, or cuts the database off."""
        trap.lay(self.folder, moment=moment, step=step, do=do)

    def pause(self, name: str) -> list[int]:
        """Stop it where it stands; those who were stopped."""
        pids = self.running[name].pids()
        self.paused.append(pids)
        servers.signal_all(pids, signal.SIGSTOP)
        return pids

    def go_on(self, pids: list[int]) -> None:
        """They go on, as if nothing had been."""
        servers.signal_all(pids, signal.SIGCONT)

    def writers(self) -> list[int]:
        """Who writes into the state folder; asked only where they must be limited one by one."""
        if self.disk.is_mounted:
            return []
        return [pid for name in ("web", "worker-1", "worker-2", "sandbox") for pid in self.running[name].pids()]

    def mend(self) -> None:
        """Nothing is amiss any more, and everybody works."""
        self.held_down.clear()
        self.wires.mend_all()
        self.disk.empty(self.writers())
        servers.signal_all([pid for pids in self.paused for pid in pids], signal.SIGCONT)
        self.paused.clear()
        (self.folder / trap.LAID).unlink(missing_ok=True)
        self._await()

    def begin(self, seed: int) -> None:
        """The books as they were furnished, companies that remember nothing, and everybody at work."""
        self.mend()
        self._tidy()
        first_job = (seed % JOBS_OF_A_SEED + 1) * JOBS_OF_A_SEED
        connection.close()
        self.database.say(
            "DROP DATABASE IF EXISTS ecomnet WITH (FORCE)",
            "CREATE DATABASE ecomnet TEMPLATE furnished STRATEGY file_copy",
        )
        self.database.say(
            f"SELECT setval(pg_get_serial_sequence('core_job', 'id'), {first_job})",
            # Processes that go on have stored rows of the seed before, which are gone.
            "UPDATE core_referenceversion SET version = hashtextextended(gen_random_uuid()::text, 0)",
            within="ecomnet",
        )
        self.ask_company("POST", "reset")
        self._await()

    def _tidy(self) -> None:
        """The disk is small: what was logged and counted in the seed before goes."""
        for log in self.folder.glob("*.log"):
            os.truncate(log, 0)
        for figures in (self.folder / "metrics").glob("*.db"):
            if not servers.lives(int(figures.stem.rpartition("_")[2])):
                figures.unlink()

    def ask_company(self, method: str, path: str, body: object = None) -> object:
        """A control of the sandbox, asked directly; one that was killed a moment ago is on its way back."""
        with line("http://localhost", transport=over(str(self.folder / "sandbox.sock"), knocks_again=3)) as company:
            return company.request(method, f"/sandbox/{path}", json=body).raise_for_status().json()

    @contextlib.contextmanager
    def books(self, name: str = "ecomnet") -> Iterator[None]:
        """This process reads the system's books, as the application's role and over no wire."""
        before = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(
            NAME=name, HOST=str(self.database.folder), PORT="", USER="ecomnet_app", PASSWORD=""
        )
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)

    def logs(self, most: int = 1500) -> str:
        """What its processes wrote last."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-most:]}" for path in sorted(self.folder.glob("*.log"))
        )

    def errors(self) -> list[str]:
        """What web has logged as errors in this seed."""
        lines = (self.folder / "web.log").read_text(errors="replace").splitlines()
        return [line for line in lines if '"level": "error"' in line]

    def open(self) -> None:
        """Start everybody, and the one who watches over them."""
        self.nursery.open()
        for name, each in self.running.items():
            if name != "database":
                each.start()
        self._watch = threading.Thread(target=self._watch_over, daemon=True)
        self._watch.start()
        self._await()

    def close(self) -> None:
        """End everybody."""
        self._over.set()
        if self._watch:
            self._watch.join(60)
        for each in self.running.values():
            servers.signal_all(each.pids(), signal.SIGKILL)
            if isinstance(each, Server):
                servers.bury(each)
        self.nursery.close()
        self.wires.end()

    def _watch_over(self) -> None:
        while not self._over.wait(STARTED_AGAIN_AFTER):
            for name, each in self.running.items():
                if name not in self.held_down and not each.is_alive():
                    self.deaths += 1
                    with contextlib.suppress(RuntimeError):  # it does not start, on a full disk: again later
                        each.start()

    def _await(self) -> None:
        until = time.monotonic() + READY_WITHIN
        with line(self.address, timeout=2.0) as web:
            while time.monotonic() < until:
                with contextlib.suppress(httpx.HTTPError):
                    ready = web.get("/readyz").status_code == 200
                    if ready and all(each.is_alive() for each in self.running.values()):
                        return
                time.sleep(0.05)
        raise RuntimeError(f"the house does not open\n{self.logs()}")


@contextlib.contextmanager
def opened(tables: str) -> Iterator[House]:
    """A system with the tables of the database at this address; nothing of it survives the block."""
    folder = Path(tempfile.mkdtemp(prefix="ecomnet-seeds-"))
    try:
        with made_at(folder) as disk:
            house = _made(folder, disk, tables)
            try:
                yield house
            finally:
                house.close()
    finally:
        servers.remove(folder)


def _made(folder: Path, disk: Disk, tables: str) -> House:
    folder.chmod(0o755)
    database = servers.Database(folder)
    database.make()
    database.start()
    database.copy_from(tables)
    wires = Wires()
    nursery = Nursery(folder, _variables(folder, database))
    back = wires.lay("company-web", 0, str(folder / "web.sock"))
    running: dict[str, Running] = {
        "database": database,
        "valkey": servers.valkey(folder),
        "sandbox": servers.sandbox(folder, calls_back=f"http://127.0.0.1:{back}"),
    }
    doors = _lay(wires, folder)
    for name, words in _commands(folder).items():
        running[name] = Nursling(nursery, name, words, doors[name])
    house = House(folder, disk, wires, running, nursery, database)
    house.address = f"http://127.0.0.1:{wires.lay('client-web', 0, str(folder / 'web.sock'))}"
    return house


def _lay(wires: Wires, folder: Path) -> dict[str, dict[str, str]]:
    """A wire from each process to each server; where each process finds what."""
    ends = {
        "database": folder / "postgres" / SOCKET,
        "valkey": folder / "valkey.sock",
        "company": folder / "sandbox.sock",
    }
    doors: dict[str, dict[str, str]] = {}
    for name in WIRES:
        process, _, server = name.rpartition("-")
        if server not in ends:
            continue
        place = folder / name
        place.mkdir()
        door = place / (SOCKET if server == "database" else "door.sock")
        wires.lay(name, str(door), str(ends[server]))
        found = doors.setdefault(process, {})
        word = {"database": "database", "valkey": "broker", "company": "companies"}[server]
        found[word] = {"database": str(place), "valkey": str(door), "company": f"http+unix://{quote(str(door), '')}"}[
            server
        ]
    nowhere = {"database": "/nowhere", "broker": "/nowhere", "companies": "http://nowhere"}
    return {process: nowhere | found for process, found in doors.items()}


def _commands(folder: Path) -> dict[str, list[str]]:
    web = ["gunicorn", "tests.faults.web:application", "--workers", "2", "--bind", f"unix:{folder}/web.sock"]
    worker = [*CELERY, "worker", "--pool", "threads", "--concurrency", "1", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [*CELERY, "beat", "--pidfile", "", "--loglevel", "WARNING"]
    return {
        "web": [*web, "--log-level", "warning"],
        **{f"worker-{number}": [*worker, "-n", f"w{number}@house"] for number in (1, 2)},
        **{f"beat-{number}": beat for number in (1, 2)},
    }


def _variables(folder: Path, database: servers.Database) -> dict[str, str]:
    figures = folder / "metrics"
    figures.mkdir()
    host = quote(str(database.folder), safe="")
    nowhere = {name.replace("_SECRET", "_URL"): "http://nowhere" for name in servers.SECRETS}
    return (
        WAITS
        | servers.SECRETS
        | nowhere
        | {
            "DATABASE_URL": f"postgresql://ecomnet_app@/ecomnet?host={host}&application_name={trap.HOUSE}",
            "REDIS_URL": f"redis+socket://{folder}/nobody.sock",
            "DJANGO_SETTINGS_MODULE": "tests.faults.seeds.settings",
            "ECOMNET_TRAP_FOLDER": str(folder),
            "ECOMNET_MEDIA_ROOT": str(folder / "media"),
            "ECOMNET_WORKER_THREADS": "3",
            "ECOMNET_WORKER_HEARTBEAT_FILE": str(folder / "pulse"),
            "ECOMNET_LOG_LEVEL": "WARNING",
            "PROMETHEUS_MULTIPROC_DIR": str(figures),
        }
    )


def _session_of(pid: int) -> list[int]:
    """Everybody in the session that this process leads, the leader first."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, _parent, _group, session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(session) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return sorted(found, key=lambda each: each != pid)
