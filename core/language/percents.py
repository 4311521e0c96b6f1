"""Percentages as people type them: understood with their sign, asked back without it, never guessed.

`10` may be 10 %, or 10 basis points, which are 0.10 %; `0.5` may be half a percent, or a half.
"""

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.money import BASIS_POINTS

#: How many basis points one of each sign is.
SIGNS = {"%": 100, "‰": 10, "bp": 1}
_TYPED = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(%|‰|bp)?", re.ASCII)


class PercentMalformed(Refused):
    """It is no percentage, finer than a basis point, or more than the whole."""

    code = "percent_malformed"
    status = 400
    message = _("Enter a percentage such as %(example)s: at most two decimals, at most 100 %%.")

    def __init__(self, *, field: str | None = None) -> None:
        super().__init__(field=field, example=percent_text(150))


def readings(text: str, *, field: str | None = None) -> list[int]:
    """What a typed percentage may mean, in basis points, the largest first; one only where its sign leaves no doubt.

    Raises `PercentMalformed` (400).
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold().replace("。", ".")
    found = _TYPED.fullmatch(folded)
    if found is None:
        raise PercentMalformed(field=field)
    number, sign = Decimal(found[1]), found[2]
    may_be = [number * SIGNS[sign]] if sign else [number * BASIS_POINTS, number * 100, number]
    fitting = {int(value) for value in may_be if value == int(value) and value <= BASIS_POINTS}
    if not fitting:
        raise PercentMalformed(field=field)
    return sorted(fitting, reverse=True)


def is_clear(text: str) -> bool:
    """Whether it says by its sign what it means; nothing is nothing in every unit."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return folded.endswith(tuple(SIGNS)) or readings(text) == [0]


def percent_text(basis_points: int) -> str:
    """`10 %`, `0.10 %`: whole percents without decimals, others with two."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02} %" if part else f"{whole} %"
