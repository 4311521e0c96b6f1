"""Callbacks: events are stored and sent by separate threads, repeated until accepted."""

import http.client
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from core.gateways.sandbox.catalogue import Provider
from core.gateways.sandbox.signing import headers_for
from core.gateways.sandbox.store import Store

SENDERS = 4
#: How the ids of messages begin that people send; everything else in the outbox is an event.
REPLY = "msg-"
AGAIN_AFTER = (1, 5, 30, 120, 600)
PAUSE = 0.05


def plan(
    store: Store,
    provider: str,
    event_type: str,
    result: dict[str, Any],
    *,
    occurred_at: str,
    due_at: float,
    times: int = 1,
    fault: str = "",
    skew: int = 0,
) -> str:
    """Write an event into the outbox; with `times`, the same event so many times. Its id."""
    event_id = f"evt-{uuid.uuid4().hex}"
    body = json.dumps(
        {"event_id": event_id, "event_type": event_type, "occurred_at": occurred_at, "data": result},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for number in range(times):
        store.add(
            "outbox",
            provider=provider,
            event_id=event_id,
            body=body,
            due_at=due_at + number * 0.1,
            fault=fault,
            skew=skew,
        )
    return event_id


def reply(store: Store, provider: str, *, phone: str, text: str, received_at: str, due_at: float) -> str:
    """Write a message that somebody has sent into the outbox; its id."""
    message_id = f"{REPLY}{uuid.uuid4().hex}"
    said = {"message_id": message_id, "received_at": received_at, "phone": phone, "text": text}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    store.add("outbox", provider=provider, event_id=message_id, body=body, due_at=due_at)
    return message_id


class Senders:
    """Threads that send what is due to the address that is set; without one, events wait."""

    def __init__(self, store: Store, providers: dict[str, Provider], address: Callable[[], str]) -> None:
        self._store, self._address = store, address
        self._by_code = {provider.code: provider for provider in providers.values()}
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(SENDERS)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, each after what it is sending."""
        self._ending.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def _work(self) -> None:
        while not self._ending.is_set():
            try:
                has_sent = self._send_next()
            except sqlite3.OperationalError:
                has_sent = False  # the disk is full: what is due stays due, and what was taken is due again
            if not has_sent:
                self._ending.wait(PAUSE)

    def _send_next(self) -> bool:
        address = self._address()
        event = self._next() if address else None
        if event is not None:
            self._send(event, address)
        return event is not None

    def _next(self) -> Any:
        now = time.time()
        with self._store.transaction():
            event = self._store.one(
                "SELECT * FROM outbox WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT 1", now
            )
            if event is not None:
                # Taken for half a minute: after a sudden death another life sends it again.
                self._store.run("UPDATE outbox SET due_at = ?, tries = tries + 1 WHERE id = ?", now + 30, event["id"])
        return event

    def _send(self, event: Any, address: str) -> None:
        answered = self._post(event, address)
        again = None
        if answered not in {"200", "202"} and event["tries"] < len(AGAIN_AFTER):
            again = time.time() + AGAIN_AFTER[event["tries"]]
        self._store.run("UPDATE outbox SET due_at = ?, answered = ? WHERE id = ?", again, answered, event["id"])

    def _post(self, event: Any, address: str) -> str:
        provider, url = self._by_code[event["provider"]], urlsplit(address)
        endpoint = "messages" if event["event_id"].startswith(REPLY) else "callbacks"
        target = f"{url.path.rstrip('/')}/api/v1/gateways/{provider.code}/{endpoint}"
        body = event["body"].encode()
        headers = headers_for(
            provider.key_id, provider.secret, "POST", target, body, fault=event["fault"], skew=event["skew"]
        )
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.netloc, timeout=10)
        try:
            connection.request("POST", target, body, {"Content-Type": "application/json", **headers})
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()
