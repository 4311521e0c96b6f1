"""Addresses that are secrets: a random half that is stored, and a signature under the system's key that is not.

Whoever reads the database can therefore open none of them, and whoever guesses must guess both. Short, for an SMS.
"""

import base64
import hmac
import re
import secrets

from core.crypto import blind_index, index_under

#: 48 bits, as 8 characters of an address.
REF_BYTES, REF_LENGTH = 6, 8
#: The number of the key, and 64 bits of the HMAC under the key of the blind index.
SIGNATURE_BYTES = 9
TOKEN = re.compile(r"[A-Za-z0-9_-]{20}")


def new_ref() -> str:
    """The random half of an address."""
    return secrets.token_urlsafe(REF_BYTES)


def token_for(ref: str, purpose: str) -> str:
    """What stands in the address; `purpose` keeps the addresses of different things apart."""
    signature = blind_index(f"{purpose}:{ref}")[:SIGNATURE_BYTES]
    return ref + base64.urlsafe_b64encode(signature).decode()


def ref_in(token: str, purpose: str) -> str:
    """The stored half of a token that was given for this purpose; empty for any other."""
    if not TOKEN.fullmatch(token):
        return ""
    ref, signature = token[:REF_LENGTH], base64.urlsafe_b64decode(token[REF_LENGTH:])
    try:
        expected = index_under(signature, f"{purpose}:{ref}")
    except KeyError:  # a key that is gone, or never was
        return ""
    return ref if hmac.compare_digest(expected[:SIGNATURE_BYTES], signature) else ""
