"""What people and browsers prove themselves with, as it is stored: never in clear."""

import hashlib
import secrets
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from core.crypto import blind_index, index_under, is_blind_index, writing_key


def code_hash(user_id: UUID, code: str) -> str:
    """A code has too few digits for any hash to hide it from a reader of the table: the key of the system hides it."""
    return blind_index(_login(user_id, code)).hex()


def code_fits(stored: str, user_id: UUID, code: str) -> bool:
    """In the same time whether right or wrong."""
    return is_blind_index(bytes.fromhex(stored), _login(user_id, code))


def pin_hash(user_id: UUID, device_id: UUID, pin: str) -> str:
    """The keyed hash, slowed down as a password is, behind the number of its key."""
    index = blind_index(_pin(user_id, device_id, pin))
    return f"{index[0]}:{make_password(index.hex())}"


def pin_fits(stored: str, user_id: UUID, device_id: UUID, pin: str) -> bool:
    """Whether this is the person's PIN on this device, under whichever known key."""
    number, _colon, slowed = stored.partition(":")
    if not number.isdigit() or int(number) not in settings.ECOMNET_INDEX_KEYS:
        return False
    return check_password(index_under(bytes([int(number)]), _pin(user_id, device_id, pin)).hex(), slowed)


def pin_is_under_old_key(stored: str) -> bool:
    """Whether it is to be kept anew: only who types the PIN can have it put under the key of today."""
    return int(stored.partition(":")[0]) != writing_key(settings.ECOMNET_INDEX_KEYS)


def _login(user_id: UUID, code: str) -> str:
    return f"login-code:{user_id}:{code}"


def _pin(user_id: UUID, device_id: UUID, pin: str) -> str:
    return f"pin:{user_id}:{device_id}:{pin}"


def new_device_secret() -> str:
    """What the browser keeps in a cookie."""
    return secrets.token_urlsafe(32)


def device_secret_hash(secret: str) -> str:
    """Of 256 random bits a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
