"""Signatures of the provider protocol, the same in both directions (docs/providers.md)."""

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.gateways.models import Provider

KEY_ID, TIMESTAMP, NONCE, SIGNATURE = "X-Key-Id", "X-Timestamp", "X-Nonce", "X-Signature"

#: How far the clocks of the two sides may be apart.
TOLERANCE = dt.timedelta(seconds=300)
#: For how long a nonce is remembered: longer than any timestamp stays fresh.
MEMORY = dt.timedelta(minutes=10)

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_NONCE = re.compile(r"[0-9a-fA-F]{16,64}")
_SIGNATURE = re.compile(r"v1=[0-9a-f]{64}")

CLAIM_NONCE = """
INSERT INTO core_usednonce (provider_id, nonce, used_at, created_at, updated_at)
VALUES (%(provider)s, %(nonce)s, %(at)s, %(at)s, %(at)s)
ON CONFLICT (provider_id, nonce) DO UPDATE SET used_at = excluded.used_at, updated_at = excluded.updated_at
WHERE core_usednonce.used_at <= %(forgotten)s
RETURNING id
"""


class BadSignature(Refused):
    """The signature is missing, malformed, or not the one of these bytes."""

    code = "bad_signature"
    status = 401
    message = _("The signature does not match the content.")


class StaleTimestamp(Refused):
    """The signed time is more than 300 seconds away from ours."""

    code = "stale_timestamp"
    status = 401
    message = _("The signed time is too far from ours.")


class ReplayedNonce(Refused):
    """The same nonce was used within the last ten minutes."""

    code = "replayed_nonce"
    status = 401
    message = _("This nonce was used before.")


def signature(*, secret: str, timestamp: str, nonce: str, method: str, target: str, body: bytes) -> str:
    """`v1=` and the hex HMAC-SHA256 over time, nonce, method, path with query, and the hash of the body."""
    return _signature(secret, timestamp, nonce, method, target, hashlib.sha256(body).hexdigest())


def _signature(secret: str, *parts: str) -> str:
    return f"v1={hmac.new(secret.encode(), chr(10).join(parts).encode(), hashlib.sha256).hexdigest()}"


def signed_headers(
    *, key_id: str, secret: str, method: str, target: str, body: bytes, at: dt.datetime
) -> dict[str, str]:
    """The four headers of a message that leaves at this instant, with a fresh nonce."""
    timestamp, nonce = str(int(at.timestamp())), secrets.token_hex(16)
    signed = signature(secret=secret, timestamp=timestamp, nonce=nonce, method=method, target=target, body=body)
    return {KEY_ID: key_id, TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signed}


def verify(
    *, headers: Mapping[str, str], key_id: str, secret: str, method: str, target: str, body: bytes, at: dt.datetime
) -> str:
    """Check a message over the bytes received, before anything of it is parsed; the nonce, not yet claimed.

    Raises `BadSignature`, `StaleTimestamp` (401).
    """
    sha256 = hashlib.sha256(body).hexdigest()
    return verify_hashed(
        headers=headers, key_id=key_id, secret=secret, method=method, target=target, sha256=sha256, at=at
    )


def verify_hashed(
    *, headers: Mapping[str, str], key_id: str, secret: str, method: str, target: str, sha256: str, at: dt.datetime
) -> str:
    """The same for a body that is too large to be held: its hash, made of the bytes received. Raises as `verify`."""
    timestamp, nonce, given = (headers.get(name) or "" for name in (TIMESTAMP, NONCE, SIGNATURE))
    if not (_TIMESTAMP.fullmatch(timestamp) and _NONCE.fullmatch(nonce) and _SIGNATURE.fullmatch(given)):
        raise BadSignature
    expected = _signature(secret, timestamp, nonce, method, target, sha256)
    is_ours = hmac.compare_digest((headers.get(KEY_ID) or "").encode(), key_id.encode())
    if not (hmac.compare_digest(given.encode(), expected.encode()) and is_ours):
        raise BadSignature
    if abs(int(timestamp) - at.timestamp()) > TOLERANCE.total_seconds():
        raise StaleTimestamp
    return nonce


def claim_nonce(*, provider: Provider, nonce: str, at: dt.datetime) -> None:
    """Remember a nonce in the caller's transaction. Raises `ReplayedNonce` (401) within ten minutes of its last use."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM_NONCE, {"provider": provider.pk, "nonce": nonce.lower(), "at": at, "forgotten": at - MEMORY}
        )
        if cursor.fetchone() is None:
            raise ReplayedNonce
