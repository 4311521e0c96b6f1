"""Numbers of residents' cards (GB 11643): recognised wherever they are typed."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from core.errors import Refused

RESIDENT_ID = re.compile(r"[1-9]\d{5}(18|19|20)\d{9}[0-9X]", re.ASCII)
#: Every place in a text where such a number may begin, also inside a longer run of digits.
ANYWHERE = re.compile(rf"(?=({RESIDENT_ID.pattern}))", re.ASCII)
#: The first two digits: provinces, autonomous regions, municipalities, and those of residence permits.
PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


class NumberInText(Refused):
    """An identity number where it would be stored readable."""

    code = "number_in_text"
    status = 400
    message = _("An identity number does not belong here: anyone could read it. Enter it in its own field.")


def is_resident_id(text: str) -> bool:
    """Whether these are the eighteen characters of a resident's card (GB 11643): province, birth date, check digit.

    The library's own test of the place is stricter than life: it compares the county's years with the birth, while a
    card carries the county of its first issue, which may be younger than its holder.
    """
    plain = text.upper()
    if not RESIDENT_ID.fullmatch(plain) or not PROVINCES.match(plain):
        return False
    try:
        ric.get_birth_date(plain)
    except ValidationError:
        return False
    return plain[-1] == ric.calc_check_digit(plain)


def plain_number(text: str) -> str:
    """A number without blanks and dashes, in half-width capitals."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(mark for mark in folded if not mark.isspace() and unicodedata.category(mark) != "Pd")


def holds_resident_id(text: str) -> bool:
    """Whether a resident's number stands in the text, however its digits are written or set apart."""
    return any(is_resident_id(found.group(1)) for found in ANYWHERE.finditer(plain_number(text)))


def refuse_number(text: str, *, field: str) -> None:
    """Raises `NumberInText` for a text that would store somebody's number in clear."""
    if holds_resident_id(text):
        raise NumberInText(field=field)
