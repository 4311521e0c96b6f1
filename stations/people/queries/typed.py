"""What somebody typed into the field that finds people: letters, hanzi, a phone, a card or an identity number."""

import re
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.language.text import is_hanzi
from core.resident_ids import is_resident_id
from stations.people.names import fold_name
from stations.people.phones import reverse

FEWEST_LETTERS, FEWEST_DIGITS, MOST_DIGITS = 2, 4, 14
#: From here on digits are a whole phone or an identity number: they travel in the body of a POST, never in an address.
DIGITS_BY_POST = 11
CARD = re.compile(r"r1[0-9a-z]{14}")
PUNCTUATION = re.compile(r"[+\-()/'’.,]")


class QueryTooShort(Refused):
    """One letter, or fewer than four digits, would find half the village."""

    code = "query_too_short"
    status = 400
    message = _("Type a little more: one character of the name, two letters, or the last four digits of the phone.")


class SendByPost(Refused):
    """Whole numbers do not belong into an address, where logs and screens keep them."""

    code = "send_by_post"
    status = 400
    message = _("Whole phone and identity numbers are sent in the body of a POST.")


class Kind(StrEnum):
    """What a typed text is."""

    NAME = "name"
    LETTERS = "letters"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CARD = "card"
    NOTHING = "nothing"


class Typed(NamedTuple):
    """A text as it was understood."""

    kind: Kind
    text: str


def understand(text: str) -> Typed:
    """What was typed: hanzi are a name, Latin letters initials or pinyin, digits the end of a phone.

    Raises `QueryTooShort`.
    """
    folded = PUNCTUATION.sub("", fold_name(text))
    if CARD.fullmatch(folded):
        return Typed(Kind.CARD, folded.upper())
    if is_resident_id(folded):
        return Typed(Kind.ID_NUMBER, folded.upper())
    if folded.isascii() and folded.isdigit():
        return _understand_digits(folded)
    if any(is_hanzi(character) for character in folded):
        return Typed(Kind.NAME, folded)
    if sum(character.isalpha() for character in folded) < FEWEST_LETTERS:
        raise QueryTooShort(field="q")
    return Typed(Kind.LETTERS, folded)


def _understand_digits(digits: str) -> Typed:
    if len(digits) < FEWEST_DIGITS:
        raise QueryTooShort(field="q")
    if len(digits) > MOST_DIGITS:
        return Typed(Kind.NOTHING, "")
    return Typed(Kind.PHONE, reverse(digits))


def must_be_posted(text: str) -> bool:
    """Whether the text is, or may be, a whole number."""
    folded = PUNCTUATION.sub("", fold_name(text))
    return sum(character.isdigit() for character in folded) >= DIGITS_BY_POST and not CARD.fullmatch(folded)
