"""The HTTP server on a port or a UNIX socket, with a thread for each connection."""

import contextlib
import datetime as dt
import json
import socket
import socketserver
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.gateways.sandbox import (
    daily_files,
    hospitals,
    payouts,
    record_stores,
    supplier_orders,
    suppliers,
)
from core.gateways.sandbox.callbacks import Senders
from core.gateways.sandbox.catalogue import Provider
from core.gateways.sandbox.company import KINDS, Company
from core.gateways.sandbox.control import RemoteControl
from core.gateways.sandbox.replies import Reply, refuse
from core.gateways.sandbox.signing import Gate, headers_for
from core.gateways.sandbox.store import Store

LARGEST_BODY = 1024 * 1024
LARGEST_PAYOUT_FILE = 16 * 1024 * 1024
TICK = 0.1


class Sandbox:
    """Everything that a request needs: books, keys, gate, and the references that are being worked on."""

    def __init__(self, store: Store, providers: dict[str, Provider], callback_url: str) -> None:
        self.store, self.providers = store, providers
        self.company = Company(store)
        self.gate = Gate()
        self.origin = "http://localhost"
        self._callback_url = callback_url
        self._running: set[tuple[str, str]] = set()
        self._running_lock = threading.Lock()
        self._ending = threading.Event()
        self._clock = threading.Thread(target=self._tick, daemon=True)
        self.senders = Senders(store, providers, self.callback_url)

    def callback_url(self) -> str:
        """Where events go: what was set by hand, or the environment's."""
        return self.store.setting("callback_url", self._callback_url)

    def start(self) -> None:
        """Let time pass and events go out."""
        self._clock.start()
        self.senders.start()

    def stop(self) -> None:
        """End in order."""
        self._ending.set()
        self._clock.join(timeout=5)
        self.senders.stop()
        self.store.close()

    def begin(self, key: tuple[str, str]) -> bool:
        """Whether nobody else is working on this reference."""
        with self._running_lock:
            if key in self._running:
                return False
            self._running.add(key)
            return True

    def end(self, key: tuple[str, str]) -> None:
        """The work on a reference is over."""
        with self._running_lock:
            self._running.discard(key)

    def _tick(self) -> None:
        while not self._ending.wait(TICK):
            with contextlib.suppress(sqlite3.OperationalError):  # the disk is full: time goes on
                self.company.tick()


class Handler(RemoteControl, BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "EcomNetSandbox"
    sys_version = ""
    timeout = 60
    sandbox: Sandbox

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        path = urlsplit(self.path).path
        if path.startswith("/v1/"):
            self._serve_protocol(path, body)
        elif path.startswith(record_stores.PREFIX):
            self._serve_record_store(path, body)
        else:
            self._send(self.control(path, body))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        largest = LARGEST_PAYOUT_FILE if self.path == payouts.PATH else LARGEST_BODY
        if not length.isdecimal() or int(length) > largest:
            self.close_connection = True
            self._send(refuse(413, "body_too_large"))
            return None
        return self.rfile.read(int(length))

    # -- the protocol ---------------------------------------------------------------------------------------------

    def _serve_protocol(self, path: str, body: bytes) -> None:
        provider = self.sandbox.providers.get(self.headers.get("X-Key-Id", ""))
        if provider is None:
            self._send(refuse(401, "bad_signature"))
            return
        refusal = self.sandbox.gate.refusal(
            provider.key_id, provider.secret, self.headers, self.command, self.path, body
        )
        if refusal:
            self._send(refuse(401, refusal), provider)
        elif self.command == "GET" and path.startswith("/v1/daily-files/"):
            self._deliver_file(provider, path)
        else:
            self._work(provider, path, body)

    def _work(self, provider: Provider, path: str, body: bytes) -> None:
        key = (provider.code, _reference_in(body)) if body else None
        if key and not self.sandbox.begin(key):
            self._send(refuse(409, "still_running", Retry_After="1"), provider)
            return
        try:
            reply = self._reply(provider, path, body)
            if reply.seconds:
                time.sleep(reply.seconds)
        finally:
            # Before the answer goes: who has it may send the same again at once.
            if key:
                self.sandbox.end(key)
        self._send(reply, provider)

    def _reply(self, provider: Provider, path: str, body: bytes) -> Reply:
        company, verb = self.sandbox.company, (self.command, path)
        if verb == ("POST", "/v1/bills/fetch"):
            return company.fetch(provider, body)
        if self.command == "POST" and path in KINDS:
            return company.submit(provider, KINDS[path], body, self.sandbox.origin)
        if self.command == "GET" and path.startswith("/v1/transactions/"):
            return company.enquire(provider, path.removeprefix("/v1/transactions/"))
        if verb == ("POST", payouts.PATH):
            return payouts.take_file(company, provider, body)
        if verb == ("POST", suppliers.PATH):
            return suppliers.take_event(self.sandbox.store, provider, body)
        if verb == ("GET", hospitals.PATH):
            return hospitals.clinics(self.sandbox.store, provider, self.path)
        if verb == ("GET", hospitals.LIST_PATH):
            return hospitals.registrations(self.sandbox.store, provider, self.path)
        if path.startswith(supplier_orders.PATH):
            return supplier_orders.serve(self.sandbox.store, provider, self.command, path, body)
        if verb == ("GET", "/v1/balance"):
            return company.balance(provider)
        return refuse(404, "unknown_path")

    def _deliver_file(self, provider: Provider, path: str) -> None:
        date = path.removeprefix("/v1/daily-files/").removesuffix(".csv")
        try:
            dt.date.fromisoformat(date)
        except ValueError:
            self._send(refuse(404, "unknown_path"), provider)
            return
        content = daily_files.deliver(self.sandbox.company, provider, date)
        if content is None:
            self._send(refuse(404, "not_yet"), provider)
        else:
            self._write(200, content, "text/csv", self._signed(provider, content, Reply(200)))

    def _serve_record_store(self, path: str, body: bytes) -> None:
        """The learning record store: what it is sent follows its own standard, and nothing is signed."""
        provider = record_stores.caller(self.sandbox.providers, self.headers.get("Authorization", ""))
        if provider is None:
            self._send(refuse(401, "unauthorized"))
            return
        version = self.headers.get("X-Experience-API-Version", "")
        reply = record_stores.answer(self.sandbox.store, provider, (self.command, path), version, body)
        if reply.seconds:
            time.sleep(reply.seconds)
        self._send(reply)

    # -- answering ------------------------------------------------------------------------------------------------

    def _send(self, reply: Reply, provider: Provider | None = None) -> None:
        if reply.is_lost:
            self._hang_up()
            return
        content = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode()
        signed = self._signed(provider, content, reply) if provider else {}
        self._write(reply.status, content, "application/json", reply.headers | signed)

    def _signed(self, provider: Provider, content: bytes, reply: Reply) -> dict[str, str]:
        return headers_for(
            provider.key_id,
            provider.secret,
            self.command,
            self.path,
            content,
            fault=reply.fault,
            skew=reply.skew,
        )

    def _write(self, status: int, content: bytes, media_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": media_type, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        try:
            # One write: two small ones would wait for each other on a TCP connection.
            self._headers_buffer.append(b"\r\n" + content)  # type: ignore[attr-defined]
            self.flush_headers()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def address_string(self) -> str:
        return "local"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: bodies and paths carry references and phones."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """On a port."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news; anything else is printed by the base class."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class SocketServer(Server):
    """On a UNIX socket."""

    address_family = socket.AF_UNIX

    def server_bind(self) -> None:
        Path(self.server_address).unlink(missing_ok=True)  # type: ignore[arg-type]
        super().server_bind()


def serve(sandbox: Sandbox, *, host: str, port: int, path: str) -> Server:
    """A server that listens, on `path` if it is given; the caller runs it."""
    handler = type("SandboxHandler", (Handler,), {"sandbox": sandbox})
    server = SocketServer(path, handler) if path else Server((host, port), handler)  # type: ignore[arg-type]
    if not path:
        sandbox.origin = f"http://{host}:{server.server_address[1]}"
    return server


def _reference_in(body: bytes) -> str:
    try:
        said = json.loads(body)
        return str(said.get("our_ref") or said.get("event_id", ""))
    except (ValueError, AttributeError):
        return ""
