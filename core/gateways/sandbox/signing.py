"""The provider's side of the signature, written from docs/providers.md alone."""

import hashlib
import hmac
import os
import time
from collections.abc import Mapping
from email.message import Message

FRESH_SECONDS = 300
REMEMBERED_SECONDS = 600


def sign(secret: str, timestamp: int, nonce: str, method: str, target: str, body: bytes) -> str:
    """The hex digest of one message."""
    lines = (str(timestamp), nonce, method, target, hashlib.sha256(body).hexdigest())
    return hmac.digest(secret.encode("utf-8"), "\n".join(lines).encode("utf-8"), "sha256").hex()


def headers_for(
    key_id: str, secret: str, method: str, target: str, body: bytes, *, fault: str = "", skew: int = 0
) -> dict[str, str]:
    """Signed headers of a message that leaves now; `fault` `bad_signature` or `clock_skew` spoils them on request."""
    timestamp = int(time.time()) + (skew or 400 if fault == "clock_skew" else 0)
    nonce = os.urandom(16).hex()
    digest = sign(secret, timestamp, nonce, method, target, body)
    if fault == "bad_signature":
        digest = ("0" if digest[0] != "0" else "1") + digest[1:]
    return {
        "X-Key-Id": key_id,
        "X-Timestamp": str(timestamp),
        "X-Nonce": nonce,
        "X-Signature": "v1=" + digest,
    }


class Gate:
    """Lets in what is signed, fresh and new; `refusal` says why not."""

    def __init__(self) -> None:
        self._nonces: dict[tuple[str, str], float] = {}
        self._forget_at = 0.0

    def refusal(
        self, key_id: str, secret: str, headers: Mapping[str, str] | Message, method: str, target: str, body: bytes
    ) -> str:
        """Empty, or `bad_signature`, `stale_timestamp`, `replayed_nonce`."""
        timestamp, nonce = headers.get("X-Timestamp", ""), headers.get("X-Nonce", "")
        given = headers.get("X-Signature", "")
        well_formed = (
            timestamp.isdecimal() and 16 <= len(nonce) <= 64 and not set(nonce) - set("0123456789abcdefABCDEF")
        )
        if not well_formed or not given.isascii():
            return "bad_signature"
        expected = "v1=" + sign(secret, int(timestamp), nonce, method, target, body)
        if not hmac.compare_digest(given, expected):
            return "bad_signature"
        now = time.time()
        if abs(now - int(timestamp)) > FRESH_SECONDS:
            return "stale_timestamp"
        self._forget(now)
        if self._nonces.setdefault((key_id, nonce.lower()), now) is not now:
            return "replayed_nonce"
        return ""

    def _forget(self, now: float) -> None:
        if now < self._forget_at:
            return
        self._forget_at = now + 60
        for key in [key for key, used in list(self._nonces.items()) if now - used > REMEMBERED_SECONDS]:
            self._nonces.pop(key, None)
