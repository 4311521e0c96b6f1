"""How a counter speaks to the system: over HTTP, and again with the same key until there is an answer."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from ecomnet.simulation.diary import Diary

#: How long a client waits for one answer, and how long it keeps on asking while the system is away.
READ_SECONDS, PATIENCE_SECONDS = 20.0, 120.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
#: A customer waits so long at the counter; one who is told to come back later goes home with this answer.
LONGEST_WAIT_SECONDS = 5.0


class SystemUnavailable(RuntimeError):
    """No answer, however often the client asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the system said."""

    status: int
    body: dict[str, Any]
    was_replayed: bool = False

    @property
    def code(self) -> str:
        """The code of a refusal; empty when the system said yes."""
        return str(self.body.get("code", self.status)) if self.status >= 400 else ""

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


@dataclass(slots=True)
class Client:
    """A phone or an old PC with its token. It may be used by several threads at once: fingers are quick."""

    http: httpx.Client
    diary: Diary
    token: str = ""
    name: str = ""

    def get(self, operation: str, path: str, **query: str) -> Answer:
        """Read something."""
        return self._until_answered(operation, lambda: self._send("GET", path, params=query))

    def post(self, operation: str, path: str, body: dict[str, Any] | None = None, *, key: str) -> Answer:
        """Do something; the same key gives the same answer."""
        headers = {"Idempotency-Key": key}
        return self._until_answered(operation, lambda: self._send("POST", path, json=body or {}, headers=headers))

    def patch(self, operation: str, path: str, body: dict[str, Any], *, key: str) -> Answer:
        """Correct something; the same key gives the same answer."""
        headers = {"Idempotency-Key": key}
        return self._until_answered(operation, lambda: self._send("PATCH", path, json=body, headers=headers))

    def send_photo(self, operation: str, photo: bytes, *, key: str) -> Answer:
        """Store a photo that an act will name as its proof."""
        headers, files = {"Idempotency-Key": key}, {"photo": ("photo.jpg", photo, "image/jpeg")}
        return self._until_answered(operation, lambda: self._send("POST", "photos/", files=files, headers=headers))

    def hang_up(self, path: str, body: dict[str, Any], *, key: str, after: float) -> None:
        """Send a request and do not wait for its answer: the village's network has gone."""
        try:
            self._send("POST", path, json=body, headers={"Idempotency-Key": key}, timeout=after)
        except httpx.TransportError:
            self.diary.note_silence()

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Token {self.token}"
        return self.http.request(method, f"/api/v1/{path}", headers=headers, **more)

    def _until_answered(self, operation: str, send: Any) -> Answer:
        pause, until = FIRST_PAUSE, time.monotonic() + PATIENCE_SECONDS
        while True:
            began = time.monotonic()
            try:
                response = send()
            except httpx.TransportError:
                self.diary.note_silence()
            else:
                answer = _answer_in(response)
                if not _is_passing(response):
                    self.diary.note_answer(operation, answer.code, seconds=time.monotonic() - began)
                    return answer
                self._note_passing(operation, answer)
            if time.monotonic() > until:
                raise SystemUnavailable(operation)
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def _note_passing(self, operation: str, answer: Answer) -> None:
        if answer.status >= 500:
            self.diary.note_silence()
            self.diary.note_failure(answer.status)
        else:
            self.diary.note_answer(operation, answer.code)


def _is_passing(response: httpx.Response) -> bool:
    """Whether the same request is to be sent again: the server has failed, or says that it is soon ready."""
    wait = response.headers.get("Retry-After")
    return response.status_code >= 500 if wait is None else float(wait) <= LONGEST_WAIT_SECONDS


def _answer_in(response: httpx.Response) -> Answer:
    try:
        body = response.json() if response.content else {}
    except ValueError:
        body = {}
    return Answer(response.status_code, body, was_replayed=response.headers.get("Idempotent-Replayed") == "true")


def open_line(address: str, *, clients: int) -> httpx.Client:
    """One pool of connections for all counters."""
    limits = httpx.Limits(max_connections=clients * 3, max_keepalive_connections=clients)
    timeout = httpx.Timeout(READ_SECONDS, connect=3.0, pool=60.0)
    return httpx.Client(base_url=address, limits=limits, timeout=timeout, trust_env=False)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make these calls at the same moment, each in a thread of its own; their results in order."""
    gate = threading.Barrier(len(calls))

    def make(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as fingers:
        return list(fingers.map(make, calls))
