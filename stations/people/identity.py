"""Identity documents: checked, encrypted, and found again without being readable."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index, blind_indexes, decrypt, decrypt_with, encrypt, encrypt_with, new_data_key
from core.errors import Refused
from core.resident_ids import is_resident_id, plain_number
from stations.people.models import Person, PersonKey

#: Authenticated with every identity number, so that a cipher cannot be moved to another column.
CONTEXT = "stations_person.id_cipher"
SHORTEST, LONGEST = 5, 24


class InvalidIdNumber(Refused):
    """The check digit, the birth date or the place in the number is not right."""

    code = "invalid_id_number"
    status = 400
    message = _("Check the identity number: one character is wrong.")


@dataclass(frozen=True, slots=True)
class Identity:
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


def seal(person_id: UUID, kind: str, number: str) -> Identity:
    """A number as it is stored, under a new key of the person's own. `InvalidIdNumber` when it cannot be one.

    Call it in a transaction: the person's row may follow.
    """
    key = new_data_key()
    sealed = seal_with(key, kind, number)
    PersonKey.objects.update_or_create(person_id=person_id, defaults={"key": key})
    return sealed


def seal_with(key: bytes, kind: str, number: str) -> Identity:
    """A number under this key of its holder's own and, around that, the key of the system that writes today."""
    plain = normalise(kind, number)
    cipher, key_no = encrypt(encrypt_with(key, plain, context=CONTEXT), context=CONTEXT)
    return Identity(cipher, key_no, index_of(kind, plain))


def is_number_of(person: Person, kind: str, number: str) -> bool:
    """Whether this is the number that is stored of the person. `InvalidIdNumber` when it cannot be one."""
    if person.id_index is None or person.id_kind != kind:
        return False
    return bytes(person.id_index) in indexes_of(kind, normalise(kind, number))


def destroy_key(person_id: UUID) -> None:
    """From now on no copy of the person's number can be read, no matter who holds it."""
    PersonKey.objects.filter(person_id=person_id).delete()


def index_again(person: Person, inner: str) -> bytes:
    """The index of a person's own number under the key of today; `inner` is still under the person's own key."""
    return index_of(person.id_kind, decrypt_with(person.data_key.key, inner, context=CONTEXT))


def _indexed(kind: str, number: str) -> str:
    return number if kind == "resident_id" else f"{kind}:{number}"


def unseal(person: Person) -> str:
    """A person's number in clear, for a reveal; empty when there is none. `PersonKey.DoesNotExist` once forgotten."""
    if person.id_cipher is None or person.id_key_no is None:
        return ""
    key = PersonKey.objects.get(person_id=person.pk).key
    return decrypt_with(key, decrypt(person.id_cipher, person.id_key_no, context=CONTEXT), context=CONTEXT)
