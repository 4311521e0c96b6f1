"""Personal numbers: encrypted under versioned keys, found again through a keyed hash."""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


def encrypt(text: str, *, context: str) -> tuple[bytes, int]:
    """AES-GCM ciphertext and the number of the key used. `context` (table and column) is authenticated with it."""
    number = max(settings.ECOMNET_DATA_KEYS)
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(number).encrypt(nonce, text.encode(), context.encode()), number


def decrypt(cipher: bytes, key_no: int, *, context: str) -> str:
    """The text again; `cryptography.exceptions.InvalidTag` when cipher, key or context differ."""
    cipher = bytes(cipher)
    return _cipher(key_no).decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], context.encode()).decode()


def blind_index(text: str) -> bytes:
    """HMAC-SHA256 of a normalised number under a key of its own: equal numbers meet, nobody reads them."""
    return hmac.digest(base64.b64decode(settings.ECOMNET_INDEX_KEY), text.encode(), hashlib.sha256)


def _cipher(number: int) -> AESGCM:
    return AESGCM(base64.b64decode(settings.ECOMNET_DATA_KEYS[number]))
