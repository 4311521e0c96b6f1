"""What people and browsers prove themselves with, as it is stored: never in clear."""

import hashlib
import hmac
import secrets
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from core.crypto import blind_index

CODE_DIGITS = 6


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_hash(user_id: UUID, code: str) -> str:
    """A code has too few digits for any hash to hide it from whoever holds the table: the key of the house hides it."""
    return blind_index(f"login-code:{user_id}:{code}").hex()


def code_fits(stored: str, user_id: UUID, code: str) -> bool:
    """In the same time whether right or wrong."""
    return hmac.compare_digest(stored, code_hash(user_id, code))


def pin_hash(user_id: UUID, device_id: UUID, pin: str) -> str:
    """The keyed hash, slowed down as a password is."""
    return make_password(blind_index(f"pin:{user_id}:{device_id}:{pin}").hex())


def pin_fits(stored: str, user_id: UUID, device_id: UUID, pin: str) -> bool:
    """Whether this is the person's PIN on this device."""
    return check_password(blind_index(f"pin:{user_id}:{device_id}:{pin}").hex(), stored)


def new_device_secret() -> str:
    """What the browser keeps in a cookie."""
    return secrets.token_urlsafe(32)


def device_secret_hash(secret: str) -> str:
    """Of 256 random bits a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
