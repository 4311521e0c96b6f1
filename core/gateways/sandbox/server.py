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
from urllib.parse import parse_qs, urlsplit

from core.gateways.sandbox import (
    behaviours,
    carriers,
    daily_files,
    hospitals,
    payouts,
    prefund,
    record_stores,
    supplier_orders,
    suppliers,
)
from core.gateways.sandbox.callbacks import Senders
from core.gateways.sandbox.catalogue import Provider
from core.gateways.sandbox.company import KINDS, Company
from core.gateways.sandbox.replies import Reply, refuse, result_of, taken_back
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


class Handler(BaseHTTPRequestHandler):
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
            self._send(self._control(path, body))

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
            self._send(reply, provider)
        finally:
            if key:
                self.sandbox.end(key)

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

    # -- the remote control ---------------------------------------------------------------------------------------

    def _control(self, path: str, body: bytes) -> Reply:
        try:
            wanted = json.loads(body) if body else {}
        except ValueError:
            return refuse(400, "malformed")
        name = f"_control_{self.command.lower()}_{path.removeprefix('/sandbox/').replace('-', '_')}"
        if path.startswith("/sandbox/pay/"):
            return self._pay(path.removeprefix("/sandbox/pay/"))
        control = getattr(self, name, None) if path.startswith("/sandbox/") else None
        return control(wanted) if control else refuse(404, "unknown_path")

    def _pay(self, our_ref: str) -> Reply:
        if self.command == "POST":
            return self.sandbox.company.pay_collection(our_ref)
        return Reply(200, {"our_ref": our_ref, "how": "POST here to pay"})

    def _control_get_health(self, wanted: Any) -> Reply:
        return Reply(200, {"status": "ok", "providers": sorted(p.code for p in self.sandbox.providers.values())})

    def _control_get_behaviours(self, wanted: Any) -> Reply:
        return Reply(200, behaviours.wishes(self.sandbox.store))

    def _control_put_behaviours(self, wanted: Any) -> Reply:
        return self._wish(behaviours.wish, wanted)

    def _control_post_behaviours(self, wanted: Any) -> Reply:
        return self._wish(behaviours.add, wanted)

    def _wish(self, how: Any, wanted: Any) -> Reply:
        try:
            with self.sandbox.store.transaction():
                return Reply(200, {"behaviours": how(self.sandbox.store, wanted)})
        except behaviours.Unusable as error:
            return Reply(400, {"code": "unusable", "message": str(error)})

    def _control_get_ledger(self, wanted: Any) -> Reply:
        """Everything that was taken in, with how often it was really executed."""
        query = parse_qs(urlsplit(self.path).query)
        rows = self.sandbox.store.all(
            "SELECT t.*, (SELECT count(*) FROM executions e WHERE e.provider = t.provider AND e.our_ref = t.our_ref"
            " AND e.effect = t.kind) AS executions FROM transactions t"
            " WHERE (?1 IS NULL OR t.provider = ?1) AND (?2 IS NULL OR t.our_ref = ?2) ORDER BY t.received_at",
            query.get("provider", [None])[0],
            query.get("our_ref", [None])[0],
        )
        return Reply(200, [_ledger_line(row) for row in rows])

    def _control_get_messages(self, wanted: Any) -> Reply:
        phone = parse_qs(urlsplit(self.path).query).get("phone", [None])[0]
        rows = self.sandbox.store.all(
            "SELECT our_ref, phone, template, language, text, at FROM messages WHERE ?1 IS NULL OR phone = ?1"
            " ORDER BY id DESC LIMIT 200",
            phone,
        )
        return Reply(200, [dict(row) for row in rows])

    def _control_get_purchase_orders(self, wanted: Any) -> Reply:
        """What suppliers know of our orders."""
        provider = parse_qs(urlsplit(self.path).query).get("provider", [None])[0]
        return Reply(200, suppliers.purchase_orders(self.sandbox.store, provider))

    def _control_get_supplier_orders(self, wanted: Any) -> Reply:
        """What suppliers have decided about what they keep."""
        provider = parse_qs(urlsplit(self.path).query).get("provider", [None])[0]
        return Reply(200, supplier_orders.supplier_orders(self.sandbox.store, provider))

    def _control_post_supplier_events(self, wanted: Any) -> Reply:
        """A supplier says what becomes of an order."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return supplier_orders.say(self.sandbox.store, played, wanted)

    def _control_get_statements(self, wanted: Any) -> Reply:
        """What the learning record store has, and how often each statement arrived."""
        return Reply(200, record_stores.statements(self.sandbox.store))

    def _control_post_parcel_events(self, wanted: Any) -> Reply:
        """A carrier says where a parcel is."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return carriers.say(self.sandbox.store, played, wanted)

    def _control_put_clinics(self, wanted: Any) -> Reply:
        """The clinics that a hospital has from now on."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return hospitals.keep_clinics(self.sandbox.store, played, wanted)

    def _control_post_clinic_events(self, wanted: Any) -> Reply:
        """A hospital closes a clinic, and says so."""
        played = frozenset(provider.code for provider in self.sandbox.providers.values())
        return hospitals.close_clinic(self.sandbox.store, played, wanted)

    def _control_post_replies(self, wanted: Any) -> Reply:
        """Somebody answers a message that was delivered to his phone, or writes by himself."""
        words = [wanted.get(name) for name in ("phone", "text")] if isinstance(wanted, dict) else [None]
        if not all(isinstance(word, str) and word for word in words):
            return refuse(400, "malformed")
        return self.sandbox.company.hear(wanted["phone"], wanted["text"], wanted.get("provider", "SMS"))

    def _control_get_events(self, wanted: Any) -> Reply:
        rows = self.sandbox.store.all("SELECT event_id, provider, tries, answered, due_at FROM outbox ORDER BY id")
        return Reply(200, [dict(row) for row in rows])

    def _control_put_callbacks(self, wanted: Any) -> Reply:
        url = wanted.get("url", "") if isinstance(wanted, dict) else None
        if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
            return refuse(400, "malformed")
        self.sandbox.store.remember("callback_url", url)
        return Reply(200, {"url": url})

    def _control_post_close_day(self, wanted: Any) -> Reply:
        if not isinstance(wanted, dict):
            return refuse(400, "malformed")
        codes = sorted(provider.code for provider in self.sandbox.providers.values())
        return daily_files.close_day(self.sandbox.company, codes, wanted)

    def _control_put_balance(self, wanted: Any) -> Reply:
        """Sets the prefunded balance with a company."""
        codes = {provider.code for provider in self.sandbox.providers.values()}
        code = wanted.get("provider") if isinstance(wanted, dict) else None
        balance = prefund.wanted(code, wanted.get("balance")) if code in codes else None
        if balance is None or code is None:
            return refuse(400, "malformed")
        prefund.keep(self.sandbox.store, code, balance)
        return Reply(200, {"provider": code, "balance": wanted["balance"]})

    def _control_post_hurry(self, wanted: Any) -> Reply:
        """What waits for its time happens now."""
        self.sandbox.company.hurry()
        return Reply(200, {"status": "done"})

    def _control_post_retry_events(self, wanted: Any) -> Reply:
        """What could not be told is told now."""
        self.sandbox.company.retry_events()
        return Reply(200, {"status": "done"})

    def _control_post_reset(self, wanted: Any) -> Reply:
        self.sandbox.store.forget_everything()
        return Reply(200, {"status": "empty"})

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


def _ledger_line(row: Any) -> dict[str, Any]:
    said = result_of(row)
    return {
        "provider": row["provider"],
        "our_ref": row["our_ref"],
        "kind": row["kind"],
        "status": taken_back(row) if row["reversed_at"] else row["status"],
        "amount": row["amount"],
        "currency": row["currency"],
        "code": said.get("code"),
        "provider_ref": row["provider_ref"],
        "executions": row["executions"],
        "file_date": row["file_date"],
    }
