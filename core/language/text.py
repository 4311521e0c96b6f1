"""Text that people type: folded and checked at one place."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# C0 and C1 controls, and the marks that turn the direction of everything after them.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
LINE_CONTROLS = re.compile(r"[\t\n\r\u2028\u2029]")
# Controls that `str.strip` takes for blanks.
EDGES = re.compile(r"[\x1c-\x1f\x85]")
# Blanks, controls, format marks, and what Unicode draws as nothing (Default_Ignorable_Code_Point, the empty Braille
# cell). `core/sql/text_can_be_seen.sql` names the same characters.
UNSEEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


#: Years that people mean. Near the ends of the calendar another zone or a deadline leaves it.
FIRST_YEAR, LAST_YEAR = 1900, 2999


def is_blank(value: str) -> bool:
    """Whether a reader sees nothing: no character at all, or none that leaves a mark."""
    return bool(UNSEEN.fullmatch(value))


def refuse_controls(value: str) -> None:
    """A validator: refuses control characters, which no field of ours holds, and text that nobody can see."""
    if CONTROLS.search(value):
        raise ValidationError(_("This text holds characters that cannot be printed."), code="control_characters")
    if value and is_blank(value):
        raise ValidationError(_("Enter some visible text."), code="blank")


def refuse_edges(value: Any) -> None:
    """Refuses control characters at the ends of raw input, before they are cut off as if they were blanks."""
    if isinstance(value, str) and EDGES.search(value):
        raise ValidationError(_("This text holds characters that cannot be printed."), code="control_characters")


def refuse_far_years(value: dt.date) -> None:
    """A validator of days and instants: refuses a year that nobody means."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."), code="far_year")


def refuse_lines(value: str) -> None:
    """A validator for one-line fields: refuses line breaks and tabs as well."""
    refuse_controls(value)
    if LINE_CONTROLS.search(value):
        raise ValidationError(_("Enter this on one line."), code="line_break")


#: Letters that Unicode does not take apart into a plain one and a mark, as a keyboard without them types them.
PLAIN_LETTERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(value: str) -> str:
    """For searching: full-width to half-width, lower case, no tone marks, no blanks, plain Latin letters."""
    typed = re.sub("[üǖǘǚǜ]", "v", unicodedata.normalize("NFKC", value).casefold()).translate(PLAIN_LETTERS)
    decomposed = unicodedata.normalize("NFKD", typed)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace())


def is_hanzi(character: str) -> bool:
    """Whether this one character is a Chinese character."""
    return bool(HANZI.fullmatch(character))
