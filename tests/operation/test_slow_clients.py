"""The web process: it gives up clients that send their headers slowly, and keeps what it has loaded."""

import http.client
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ecomnet.web_worker import HEADERS_WITHIN

ROOT = Path(__file__).resolve().parents[2]
#: Beyond the time-out: what a busy machine needs.
GRACE = 20.0


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """A web with one worker that says the same to everybody."""
    place = tmp_path_factory.mktemp("web")
    (place / "page.py").write_text(
        "import gc\n"
        "def application(environ, start_response):\n"
        "    body = environ['wsgi.input'].read()\n"
        "    headers = [('Content-Length', str(len(body))), ('X-Frozen', str(gc.get_freeze_count()))]\n"
        "    start_response('200 OK', headers)\n"
        "    return [body]\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as door:
        command = [sys.executable, "-m", "gunicorn", "page", "--chdir", str(place), "--bind", f"fd://{door.fileno()}"]
        command += ["--pythonpath", str(ROOT), "--worker-class", "ecomnet.web_worker.WebWorker", "--workers", "1"]
        process = subprocess.Popen(command, pass_fds=(door.fileno(),), stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            yield door.getsockname()[1]
        finally:
            process.terminate()
            process.wait(timeout=20)


def response_to(port: int, body: bytes) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HEADERS_WITHIN + GRACE)
    connection.request("POST", "/", body)
    return connection.getresponse()


def answer_of(port: int, body: bytes = b"") -> bytes:
    return response_to(port, body).read()


def drip_until_closed(client: socket.socket) -> float:
    """Send a letter of a header every tenth of a second; after how many seconds the server had enough."""
    began = time.monotonic()
    client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ")
    while time.monotonic() - began < HEADERS_WITHIN + GRACE:
        try:
            client.sendall(b"a")
            if select.select([client], [], [], 0.1)[0] and not client.recv(1):
                break
        except (ConnectionResetError, BrokenPipeError):
            break
    return time.monotonic() - began


def test_a_client_that_drips_its_headers_is_given_up(port):
    answer_of(port)
    with socket.create_connection(("127.0.0.1", port)) as slow:
        assert HEADERS_WITHIN - 0.5 < drip_until_closed(slow) < HEADERS_WITHIN + GRACE


def test_the_next_one_is_served_once_a_silent_client_is_given_up(port):
    answer_of(port)
    with socket.create_connection(("127.0.0.1", port)) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")
        assert answer_of(port, b"hello") == b"hello"


def test_a_body_may_take_longer_than_the_headers(port):
    answer_of(port)
    with socket.create_connection(("127.0.0.1", port), timeout=HEADERS_WITHIN + GRACE) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\na")
        assert select.select([client], [], [], HEADERS_WITHIN + 1)[0] == []
        client.sendall(b"b")
        assert client.recv(4096).startswith(b"HTTP/1.1 200 OK")


def test_what_a_web_process_has_loaded_is_not_looked_through_for_garbage(port):
    assert int(response_to(port, b"").headers["X-Frozen"]) > 10_000


def test_only_the_proxy_which_reads_requests_whole_is_reached_from_outside():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    rules = (ROOT / "containers" / "proxy.conf").read_text(encoding="utf-8")
    for rule in ("client_header_timeout", "client_body_timeout", "client_max_body_size", "proxy_request_buffering on"):
        assert rule in rules
