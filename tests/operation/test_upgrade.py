"""The drill of a release: a system of the last version, with people at its counters, gets the tables and the processes
of this one, in the order of docs/operation.md. Nobody hears an error, nothing is lost, and the books are right.

`ECOMNET_UPGRADE_FROM` names the version before (a tag or a commit); without it the last tag, and as long as there is
none, the last commit before the newest migration behind the first tables.
"""

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from django.conf import settings

from benchmarks.databases import as_owner, owner
from devtools import binaries, sandbox
from tests.conftest import _drop

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
#: A version without them is older than anything that can be upgraded from.
FIRST_TABLES = "stations/migrations/0003_two_persons.py"
STATION, PASSWORD = "321324-0003", "village-demo"
PATIENCE = 300.0
UNDECIDED = {"held", "submitted", "pending", "unknown"}


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603, S607


def version_before() -> str:
    """What is to be upgraded from."""
    if named := os.environ.get("ECOMNET_UPGRADE_FROM"):
        return named
    if tag := git("tag", "--list", "v*", "--merged", "HEAD^", "--sort=-creatordate").decode().split():
        return tag[0]
    newest = git("log", "-1", "--format=%H", "--diff-filter=A", "--", "*/migrations/0*.py").decode().strip()
    return f"{newest}^" if FIRST_TABLES in git("ls-tree", "-r", "--name-only", f"{newest}^").decode() else "HEAD"


@dataclass
class Version:
    """A checkout, and its processes on the drill's database."""

    code: Path
    variables: dict[str, str]
    folder: Path
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    def manage(self, *words: str, **variables: str) -> str:
        """Run manage.py of this version to its end."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-W", "ignore", "manage.py", *words],
            cwd=self.code,
            env=self.variables | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def start(self, name: str, *words: str) -> None:
        """Start a process of this version."""
        with (self.folder / f"{self.code.name}-{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603
                [sys.executable, "-W", "ignore", *words],
                cwd=self.code,
                env=self.variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def open(self) -> str:
        """Start web and worker; the address, once it may get work."""
        with socket.create_server(("127.0.0.1", 0)) as place:
            port = place.getsockname()[1]
        self.start("web", "-m", "gunicorn", "ecomnet.wsgi", "--workers", "2", "--bind", f"127.0.0.1:{port}")
        self.start("worker", "-m", "celery", "-A", "ecomnet", "worker", "--pool", "threads", "--concurrency", "1")
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{address}/readyz", trust_env=False).status_code == 200:
                    return address
            time.sleep(0.2)
        raise AssertionError("\n".join(log.read_text()[-3000:] for log in self.folder.glob("*.log")))

    def close(self) -> None:
        """Ask its processes to end what they have begun, and to go."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(30)
        self.processes.clear()


@dataclass
class Counter:
    """Recharges one phone after the other until it is told to stop, and writes down every answer that is an error."""

    address: str
    token: str = ""
    refs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def sign_in(self, code: str) -> None:
        body = {"username": "partner", "password": PASSWORD, "code": code, "label": "drill"}
        self.token = self.insist("POST", "device-tokens/", body)["token"]

    def work(self) -> None:
        for number in range(1, 10_000):
            if self.over.is_set():
                return
            phone = f"138{int(time.time()) % 100_000:05}{number % 100:02}1"
            body = {"phone": phone, "operator": "CN-MOBILE", "amount": "10.00", "station": STATION}
            self.refs.append(self.insist("POST", "recharges/", body)["our_ref"])
            self.over.wait(0.5)

    def insist(self, method: str, path: str, body: dict | None = None) -> dict:
        """The same key until there is an answer, at whichever address is the system's by then."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Accept-Language": "en"}
        headers |= {"Authorization": f"Token {self.token}"} if self.token else {}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.request(
                    method, f"{self.address}/api/v1/{path}", json=body, headers=headers, timeout=30, trust_env=False
                )
                if answer.status_code < 400:
                    return answer.json()
                if answer.json().get("code") != "idempotency_key_running":
                    self.errors.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                    assert answer.status_code >= 500, self.errors
            time.sleep(0.2)
        raise AssertionError(f"no answer to {path}: {self.errors[-3:]}")


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ecomnet-up-") as folder:
        yield Path(folder)


@pytest.fixture
def bell(place: Path) -> Iterator[None]:
    """A wake-up signal of this drill, so that work is found at once."""
    words = [str(binaries.valkey_server()), "--port", "0", "--unixsocket", f"{place}/bell.sock", "--save", ""]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as valkey:  # noqa: S603
        yield
        valkey.terminate()


@pytest.fixture
def database() -> Iterator[str]:
    """An empty one; the version before makes its tables."""
    name = f"test_upgrade_{uuid.uuid4().hex[:8]}"
    as_owner(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield name
    _drop(name)


def address_of(database: str, user: str) -> str:
    known = owner()
    where = urlencode({part: known[part] for part in ("host", "port") if part in known})
    return f"postgresql://{user}@/{database}?{where}"


def variables(database: str, place: Path) -> dict[str, str]:
    door = f"{place}/sandbox.sock"
    companies = {name: f"http+unix://{quote(door, safe='')}" for name in sandbox.variables("") if name.endswith("_URL")}
    return {
        **os.environ,
        **sandbox.variables("http://127.0.0.1:9"),
        **companies,
        "ECOMNET_SANDBOX_SOCKET": door,
        "ECOMNET_SANDBOX_DATABASE": f"{place}/sandbox.sqlite3",
        "ECOMNET_SANDBOX_CALLBACK_URL": "http://127.0.0.1:9",
        "ECOMNET_ENQUIRY_SCHEDULE": "1,2,4,8",
        "ECOMNET_LOG_LEVEL": "WARNING",
        "ECOMNET_MEDIA_ROOT": f"{place}/media",
        "DJANGO_SETTINGS_MODULE": "ecomnet.settings.local",
        "REDIS_URL": f"unix://{place}/bell.sock",
        "DATABASE_URL": address_of(database, settings.DATABASES["default"]["USER"]),
        "ECOMNET_OWNER_DATABASE_URL": address_of(database, owner()["user"]),
    }


@pytest.mark.usefixtures("bell")
def test_a_running_system_is_upgraded_and_nobody_notices(database, place):
    known = variables(database, place)
    owner = {"DATABASE_URL": known["ECOMNET_OWNER_DATABASE_URL"]}
    with tarfile.open(fileobj=io.BytesIO(git("archive", version_before()))) as checkout:
        checkout.extractall(place / "before", filter="data")
    before, after = Version(place / "before", known, place), Version(ROOT, known, place)
    companies = Version(place / "before", known, place)
    try:
        for words in (("migrate", "--verbosity=0"), ("createcachetable",)):
            before.manage(*words, **owner)
        before.manage("load_demonstration", "--residents", "300", "--bills", "2")
        companies.start("companies", "-m", "core.gateways.sandbox")
        counter = Counter(before.open())
        counter.sign_in(before.manage("login_code", "partner"))
        with at_work(counter):
            wait_for(lambda: len(counter.refs) >= 3)
            after.manage("migrate", "--verbosity=0", **owner)
            paid = len(counter.refs)
            wait_for(lambda: len(counter.refs) >= paid + 3)  # the old processes go on beside the new tables
            counter.address = after.open()
            before.close()
            paid = len(counter.refs)
            wait_for(lambda: len(counter.refs) >= paid + 3)
        assert counter.errors == []
        wait_for(lambda: not undecided(counter))
        assert after.manage("audit_ledger") == ""
        executed = {row["our_ref"]: row["executions"] for row in ledger(place) if row["kind"] == "recharge"}
        assert {ref: executed.get(ref) for ref in counter.refs} == dict.fromkeys(counter.refs, 1)
    finally:
        for version in (before, after, companies):
            version.close()


@contextlib.contextmanager
def at_work(counter: Counter) -> Iterator[None]:
    hands = threading.Thread(target=counter.work)
    hands.start()
    try:
        yield
    finally:
        counter.over.set()
        hands.join()


def wait_for(is_so) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)


def undecided(counter: Counter) -> list[str]:
    return [ref for ref in counter.refs if counter.insist("GET", f"payments/{ref}/")["status"] in UNDECIDED]


def ledger(place: Path) -> list[dict]:
    transport = httpx.HTTPTransport(uds=f"{place}/sandbox.sock")
    with httpx.Client(transport=transport, base_url="http://localhost", trust_env=False) as http:
        return http.get("/sandbox/ledger").raise_for_status().json()
