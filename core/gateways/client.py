"""The HTTP client: one call to one provider, signed both ways, and its outcome.

There are three outcomes. An `Answer` is a signed reply. `Unreachable`: no connection was made, so nothing was executed.
`NoAnswer`: a byte may have been sent, so the outcome is unknown. Addresses and secrets come from the environment alone,
never from a row or a message; redirects are not followed. Systems that follow a standard of their own and sign nothing
(`plain_outcome_of`) are called with a name and a secret instead.
"""

import base64
import hashlib
import io
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TypeAlias
from urllib.parse import unquote, urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import now

from core.errors import Refused
from core.gateways import signing
from core.gateways.models import Provider

JSON = "application/json"
#: The largest answer that we read, which stands in memory; a daily file goes to the disk, and may be larger.
LARGEST_ANSWER = 256 * 1024
LARGEST_FILE = 1024 * 1024 * 1024
#: The longest that a daily file may take, in seconds.
LONGEST_FILE = 600

_NEAR = re.compile(r"[a-z][a-z0-9-]*|127(\.[0-9]{1,3}){3}|::1")
_NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Unreachable(Exception):
    """No connection: nothing was executed."""


class NoAnswer(Exception):
    """A byte may have left and no answer that counts has come: the outcome is unknown."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply whose signature fits its bytes."""

    status: int
    content: bytes
    nonce: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file whose signature fits its bytes; `file` lies on this machine's disk and stands at its beginning."""

    status: int
    file: IO[bytes]
    nonce: str


@dataclass(frozen=True, slots=True)
class _Head:
    """Of a reply whose signature fits its bytes all but the bytes."""

    status: int
    nonce: str
    retry_after: int | None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider is: `origin` is scheme and host, `path` stands before every path, `socket` if it is local."""

    origin: str
    path: str
    socket: str = ""


def call(provider: Provider, method: str, path: str, *, body: bytes = b"", media_type: str = JSON) -> Answer:
    """Send one signed request and read its signed answer. Raises `Unreachable`, `NoAnswer`."""
    content, longest = io.BytesIO(), settings.ECOMNET_PROVIDER_READ_SECONDS
    head = _call(
        provider, method, path, body, into=content, largest=LARGEST_ANSWER, longest=longest, media_type=media_type
    )
    return Answer(head.status, content.getvalue(), head.nonce, head.retry_after)


Outcome: TypeAlias = Answer | Unreachable | NoAnswer


def outcome_of(provider: Provider, method: str, path: str, body: bytes, media_type: str = JSON) -> Outcome:
    """One call, and what became of it; a provider without address or secret is not reached."""
    try:
        return call(provider, method, path, body=body, media_type=media_type)
    except (Unreachable, NoAnswer) as outcome:
        return outcome
    except ImproperlyConfigured as error:
        return Unreachable(str(error))


@contextmanager
def download(provider: Provider, path: str) -> Iterator[Download]:
    """Fetch a file, which may be large and take its time; its bytes pass through. Raises `Unreachable`, `NoAnswer`."""
    with tempfile.TemporaryFile() as file:
        head = _call(provider, "GET", path, b"", into=file, largest=LARGEST_FILE, longest=LONGEST_FILE)
        file.seek(0)
        yield Download(head.status, file, head.nonce)


def plain_outcome_of(provider: Provider, method: str, path: str, body: bytes, *, headers: Mapping[str, str]) -> Outcome:
    """One call to a system that signs nothing, with HTTP Basic: our key id and the secret that we share with it."""
    content = io.BytesIO()
    try:
        address = address_of(provider)
        access = base64.b64encode(f"{provider.key_id}:{secret_of(provider)}".encode()).decode()
        status, reply, _digest = _exchange(
            address,
            method,
            address.path + path,
            body,
            headers={"Content-Type": JSON, **headers, "Authorization": f"Basic {access}"},
            into=content,
            largest=LARGEST_ANSWER,
            longest=settings.ECOMNET_PROVIDER_READ_SECONDS,
        )
    except (Unreachable, NoAnswer) as outcome:
        return outcome
    except ImproperlyConfigured as error:
        return Unreachable(str(error))
    return Answer(status, content.getvalue(), nonce="", retry_after=_wait_in(reply))


def _call(
    provider: Provider,
    method: str,
    path: str,
    body: bytes,
    *,
    into: IO[bytes],
    largest: int,
    longest: float,
    media_type: str = JSON,
) -> _Head:
    address, secret = address_of(provider), secret_of(provider)
    target = address.path + path
    headers = signing.signed_headers(
        key_id=provider.key_id, secret=secret, method=method, target=target, body=body, at=now()
    )
    if body:
        headers["Content-Type"] = media_type
    status, reply, sha256 = _exchange(
        address, method, target, body, headers=headers, into=into, largest=largest, longest=longest
    )
    return _Head(status, _nonce_of(provider, reply, secret, method, target, sha256), _wait_in(reply))


def _exchange(
    address: Address,
    method: str,
    target: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    into: IO[bytes],
    largest: int,
    longest: float,
) -> tuple[int, httpx.Headers, str]:
    """One request; the status of its answer, its headers, and the SHA-256 of what was written down."""
    try:
        with _client(address.socket).stream(
            method, address.origin + target, content=body or None, headers=headers, timeout=_patience()
        ) as response:
            sha256 = _read(response, into, largest=largest, until=time.monotonic() + longest)
            status, reply = response.status_code, response.headers
    except _NOTHING_LEFT as error:
        raise Unreachable from error
    except httpx.TimeoutException as error:
        raise NoAnswer("timeout") from error
    except httpx.TransportError as error:
        raise NoAnswer("connection_lost") from error
    if status >= 500:
        raise NoAnswer(f"http_{status}")
    return status, reply, sha256


def _read(response: httpx.Response, into: IO[bytes], *, largest: int, until: float) -> str:
    """Write down what comes; its SHA-256."""
    digest, size = hashlib.sha256(), 0
    for part in response.iter_raw():
        into.write(part)
        digest.update(part)
        size += len(part)
        if size > largest:
            raise NoAnswer("answer_too_large")
        if time.monotonic() > until:
            raise NoAnswer("timeout")
    return digest.hexdigest()


def _nonce_of(provider: Provider, headers: httpx.Headers, secret: str, method: str, target: str, sha256: str) -> str:
    try:
        return signing.verify_hashed(
            headers=headers,
            key_id=provider.key_id,
            secret=secret,
            method=method,
            target=target,
            sha256=sha256,
            at=now(),
        )
    except Refused as refusal:
        raise NoAnswer(refusal.code) from refusal


def _wait_in(headers: httpx.Headers) -> int | None:
    value = headers.get("Retry-After", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


def _patience() -> httpx.Timeout:
    read = settings.ECOMNET_PROVIDER_READ_SECONDS
    return httpx.Timeout(read, connect=settings.ECOMNET_PROVIDER_CONNECT_SECONDS)


@cache
def _client(socket: str) -> httpx.Client:
    """One client for all TCP providers, one per UNIX socket. A connection serves one call: a kept one that the other
    side is closing would turn a call that never left into an unknown one."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.Client(
        transport=httpx.HTTPTransport(uds=socket or None, limits=limits, trust_env=False),
        trust_env=False,
        follow_redirects=False,
        headers={"Accept": "application/json, text/csv", "Accept-Encoding": "identity", "User-Agent": "EcomNet"},
    )


def address_of(provider: Provider) -> Address:
    """The provider's address, from `ECOMNET_PROVIDER_<CODE>_URL`.

    `https://…`; `http://…` only to this machine or to a neighbour in our own network (a host name without a dot);
    `http+unix://<percent-encoded path of a socket>`. Raises `ImproperlyConfigured`.
    """
    name = f"ECOMNET_PROVIDER_{provider.code.replace('-', '_')}_URL"
    url = urlsplit(_variable(name))
    if url.username or url.password or url.query or url.fragment:
        raise ImproperlyConfigured(f"{name} must be a plain address.")
    path = url.path.rstrip("/")
    if url.scheme == "http+unix":
        return Address("http://localhost", path, socket=unquote(url.netloc))
    host = url.hostname or ""
    is_allowed = url.scheme == "https" or (url.scheme == "http" and _NEAR.fullmatch(host))
    if not host or not is_allowed:
        raise ImproperlyConfigured(f"{name} must begin with https://.")
    return Address(f"{url.scheme}://{url.netloc}", path)


def secret_of(provider: Provider) -> str:
    """The secret that we share with the provider, from the variable that it names or the file that `<name>_FILE` names.

    Raises `ImproperlyConfigured`.
    """
    return _variable(provider.secret_name)


def _variable(name: str) -> str:
    file = os.environ.get(f"{name}_FILE")
    value = Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value
