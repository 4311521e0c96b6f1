"""Identity documents: checked, encrypted, and found again without being readable."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index, blind_indexes, decrypt, encrypt
from core.errors import Refused
from core.resident_ids import is_resident_id, plain_number

#: Authenticated with every identity number, so that a cipher cannot be moved to another column.
CONTEXT = "stations_person.id_cipher"
SHORTEST, LONGEST = 5, 24


class InvalidIdNumber(Refused):
    """The check digit, the birth date or the place in the number is not right."""

    code = "invalid_id_number"
    status = 400
    message = _("Check the identity number: one of its characters is not right.")


class Identity(NamedTuple):
    """A document number as it is stored: `cipher` under key `key_no`, found by `index`."""

    cipher: bytes | None
    key_no: int | None
    index: bytes | None


NO_IDENTITY = Identity(None, None, None)


def normalise(kind: str, number: str) -> str:
    """The number as `plain_number` writes it; `InvalidIdNumber` when it cannot be one."""
    plain = plain_number(number)
    if kind == "resident_id":
        if not is_resident_id(plain):
            raise InvalidIdNumber(field="id_number")
        return plain
    if not (plain.isascii() and plain.isalnum() and SHORTEST <= len(plain) <= LONGEST):
        raise InvalidIdNumber(field="id_number")
    return plain


def index_of(kind: str, number: str) -> bytes:
    """The blind index of a normalised number. Documents of different kinds never meet."""
    return blind_index(_indexed(kind, number))


def indexes_of(kind: str, number: str) -> list[bytes]:
    """All that a normalised number may be found by: one for each known key."""
    return blind_indexes(_indexed(kind, number))


def seal(kind: str, number: str) -> Identity:
    """A number as it is stored. `InvalidIdNumber` when it cannot be one."""
    plain = normalise(kind, number)
    cipher, key_no = encrypt(plain, context=CONTEXT)
    return Identity(cipher, key_no, index_of(kind, plain))


def index_again(person: object, number: str) -> bytes:
    """The index of a person's own number under the key of today."""
    return index_of(person.id_kind, number)


def _indexed(kind: str, number: str) -> str:
    return number if kind == "resident_id" else f"{kind}:{number}"


def unseal(person: object) -> str:
    """A person's number in clear, for a reveal; empty when there is none."""
    if person.id_cipher is None:
        return ""
    return decrypt(person.id_cipher, person.id_key_no, context=CONTEXT)
