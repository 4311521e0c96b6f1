"""Numbers of parents: encrypted, read again by those who dial and by messages."""

from core.crypto import decrypt, encrypt
from core.database.db import present
from education.hotlines.models import PHONE_CONTEXT, CallContact

TAIL = 4


def seal(contact: CallContact, number: str) -> None:
    """Put a number (E.164) on a row that is about to be stored."""
    contact.phone_cipher, contact.phone_key_no = encrypt(number, context=PHONE_CONTEXT)
    contact.phone_tail = number[-TAIL:]


def number_of(contact: CallContact) -> str:
    """The number in clear (E.164); empty once it is forgotten."""
    if contact.phone_cipher is None:
        return ""
    return decrypt(bytes(contact.phone_cipher), present(contact.phone_key_no), context=PHONE_CONTEXT)
