"""The real sandbox process, started once for a test run; every test gets it empty and well-behaved."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from tests.clock import BARE

ROOT = Path(__file__).resolve().parents[1]
ABROAD = tuple(f"{country}_{name}" for country in ("KW", "JP") for name in ("POWER", "WATER", "BANK", "PAY"))
ABROAD += ("KW_NORTH", "JP_EAST")
SECRETS = {
    "ECOMNET_PROVIDER_JS_POWER_SECRET": "sandbox-secret-1",
    "ECOMNET_PROVIDER_JS_WATER_SECRET": "sandbox-secret-2",
    "ECOMNET_PROVIDER_SMS_SECRET": "sandbox-secret-3",
    "ECOMNET_PROVIDER_CN_MOBILE_SECRET": "sandbox-secret-4",
    "ECOMNET_PROVIDER_EPAY_SECRET": "sandbox-secret-epay",
    "ECOMNET_PROVIDER_BANK_SECRET": "sandbox-secret-bank",
    "ECOMNET_PROVIDER_MILL_SECRET": "sandbox-secret-mill",
    "ECOMNET_PROVIDER_EXPRESS_SECRET": "sandbox-secret-express",
    "ECOMNET_PROVIDER_HOSPITAL_SECRET": "sandbox-secret-hospital",
    "ECOMNET_PROVIDER_LRS_SECRET": "sandbox-secret-lrs",
    **{f"ECOMNET_PROVIDER_{code}_SECRET": f"sandbox-secret-{code}" for code in ABROAD},
}
CODES = ("JS_POWER", "JS_WATER", "SMS", "CN_MOBILE", "EPAY", "BANK", "MILL", "EXPRESS", "HOSPITAL", *ABROAD)


class SandboxProcess:
    """The remote control of the sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url

    def wish(self, do: str, *, seconds: float = 0, times: int = 1, code: str | None = None, **match: str) -> None:
        """One wish instead of all before."""
        self.ask("PUT", "behaviours", [{"match": match, "do": do, "seconds": seconds, "times": times, "code": code}])

    def ledger(self, **query: Any) -> list[dict[str, Any]]:
        """What it really did."""
        parts = "&".join(f"{name}={value}" for name, value in query.items())
        return self.ask("GET", f"ledger?{parts}")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Any of its controls."""
        answer = httpx.request(method, f"{self.url}/sandbox/{path}", json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory) -> Iterator[SandboxProcess]:
    folder = tmp_path_factory.mktemp("sandbox")
    variables = {**BARE, "ECOMNET_SANDBOX": "1", **SECRETS}
    arguments = ["--port", "0", "--database", str(folder / "sandbox.sqlite3")]
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "core.gateways.sandbox", *arguments],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield SandboxProcess(process.stdout.readline().split()[-1])
        finally:
            process.terminate()


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, monkeypatch) -> SandboxProcess:
    """An empty sandbox to which the addresses of JS-POWER, JS-WATER and SMS point."""
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    for code in CODES:
        monkeypatch.setenv(f"ECOMNET_PROVIDER_{code}_URL", sandbox_process.url)
    monkeypatch.setenv("ECOMNET_PROVIDER_LRS_URL", f"{sandbox_process.url}/xapi")
    sandbox_process.ask("POST", "reset")
    return sandbox_process


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing."""


def _closing_its_connections(application: Any) -> Any:
    def run(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        try:
            response = application(environ, start_response)
            with contextlib.closing(response):
                return list(response)
        finally:
            connections.close_all()

    return run


@pytest.fixture
def web(own_database: str) -> Iterator[str]:
    """The whole network behind real HTTP, on this test's own database; gives its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(_closing_its_connections(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def until(holds: Any, *, seconds: float = 10) -> None:
    """Wait for what another process does, by looking."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, "this never came true"
        time.sleep(0.02)
