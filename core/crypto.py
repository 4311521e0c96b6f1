"""Personal numbers: encrypted under numbered keys, found again through a keyed hash.

Of several keys the first one writes and all of them read, so that a new key can be known everywhere before anybody
writes with it, and an old one for as long as something stands under it (`core.datakeys`).
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
#: A blind index is the number of its key and as much of the keyed hash as fits beside it into 32 bytes.
HASH_BYTES = 31


def encrypt(text: str, *, context: str) -> tuple[bytes, int]:
    """AES-GCM ciphertext and the number of the key used. `context` (table and column) is authenticated with it."""
    number = writing_key(settings.ECOMNET_DATA_KEYS)
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(number).encrypt(nonce, text.encode(), context.encode()), number


def decrypt(cipher: bytes | memoryview, key_no: int, *, context: str) -> str:
    """The text again; `cryptography.exceptions.InvalidTag` when cipher, key or context differ."""
    cipher = bytes(cipher)
    return _cipher(key_no).decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], context.encode()).decode()


def new_data_key() -> bytes:
    """A key of one owner's own, which is stored beside what it protects and destroyed with its owner's data."""
    return AESGCM.generate_key(bit_length=256)


def encrypt_with(key: bytes, text: str, *, context: str) -> str:
    """AES-GCM ciphertext under an owner's own key, as text, to be encrypted once more by `encrypt`."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(bytes(key)).encrypt(nonce, text.encode(), context.encode())).decode()


def decrypt_with(key: bytes | memoryview, text: str, *, context: str) -> str:
    """The text again; `cryptography.exceptions.InvalidTag` when text, key or context differ."""
    cipher = base64.b64decode(text)
    return AESGCM(bytes(key)).decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], context.encode()).decode()


def blind_index(text: str) -> bytes:
    """HMAC-SHA256 of a normalised number under a key of its own: equal numbers meet, nobody reads them."""
    return _index(text, writing_key(settings.ECOMNET_INDEX_KEYS))


def blind_indexes(text: str) -> list[bytes]:
    """The index of a number under every key that is known: what it may be found by while keys are changed."""
    return [_index(text, number) for number in settings.ECOMNET_INDEX_KEYS]


def is_blind_index(stored: bytes, text: str) -> bool:
    """Whether this is the index of the text, under whichever known key; in the same time whether right or wrong."""
    stored = bytes(stored)
    known = bool(stored) and stored[0] in settings.ECOMNET_INDEX_KEYS
    number = stored[0] if known else writing_key(settings.ECOMNET_INDEX_KEYS)
    return hmac.compare_digest(stored, _index(text, number))


def index_under(stored: bytes, text: str) -> bytes:
    """The index of the text under the key that made `stored`; `KeyError` when that key is gone."""
    return _index(text, stored[0])


def writing_key(keys: dict[int, str]) -> int:
    """The number of the key that new values are written with: the first."""
    return next(iter(keys))


def _index(text: str, number: int) -> bytes:
    digest = hmac.digest(base64.b64decode(settings.ECOMNET_INDEX_KEYS[number]), text.encode(), hashlib.sha256)
    return bytes([number]) + digest[:HASH_BYTES]


def _cipher(number: int) -> AESGCM:
    return AESGCM(base64.b64decode(settings.ECOMNET_DATA_KEYS[number]))
