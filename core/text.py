"""Text that people type: folded and checked at one place."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# C0 and C1 controls, and the marks that turn the direction of everything after them.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
LINE_CONTROLS = re.compile(r"[\t\n\r]")
HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def refuse_controls(value: str) -> None:
    """A validator: refuses control characters, which no field of ours holds."""
    if CONTROLS.search(value):
        raise ValidationError(_("This text holds characters that cannot be printed."), code="control_characters")


def refuse_lines(value: str) -> None:
    """A validator for one-line fields: refuses line breaks and tabs as well."""
    refuse_controls(value)
    if LINE_CONTROLS.search(value):
        raise ValidationError(_("Write this on one line."), code="line_break")


def fold(value: str) -> str:
    """For searching: full-width to half-width, lower case, no tone marks, no blanks."""
    typed = re.sub("[üǖǘǚǜ]", "v", unicodedata.normalize("NFKC", value).casefold())
    decomposed = unicodedata.normalize("NFKD", typed)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace())


def is_hanzi(character: str) -> bool:
    """Whether this one character is a Chinese character."""
    return bool(HANZI.fullmatch(character))
