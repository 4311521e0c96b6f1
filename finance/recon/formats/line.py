"""A line of a bank statement, whatever form it came in."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.language.text import CONTROLS, LINE_CONTROLS
from core.money import minor_digits

LONGEST_REFERENCE, LONGEST_NAME, LONGEST_TAIL, LONGEST_TEXT = 64, 120, 8, 300
#: As many digits as an amount may have before its decimals.
MOST_DIGITS = 13
ENCODINGS = ("utf-8-sig", "gb18030")


class StatementFaulty(Refused):
    """A bank statement that cannot be read whole; nothing of it is used."""

    code = "statement_faulty"
    status = 422
    message = _("The statement is refused: line %(line)s, %(fault)s.")


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line as the bank wrote it; `amount_minor` in the statement's currency, above nought."""

    number: int
    value_date: dt.date
    line_ref: str
    direction: str
    amount_minor: int
    counterparty: str = ""
    counterparty_tail: str = ""
    text: str = ""

    @property
    def signed_minor(self) -> int:
        """In as it is, out below nought."""
        return self.amount_minor if self.direction == "in" else -self.amount_minor


def text_of(content: bytes) -> str:
    """A file as text, in UTF-8 (with or without its mark) or GB18030. Raises `StatementFaulty`."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise StatementFaulty(line=1, fault=_("unreadable text"))


def minor_of(amount: Decimal, currency: str, *, line: int) -> int:
    """A bank's decimal as minor units of the currency. Raises `StatementFaulty`."""
    minor = amount.scaleb(minor_digits(currency)) if amount.is_finite() and amount.adjusted() < MOST_DIGITS else None
    if minor is None or minor != minor.to_integral_value():
        raise StatementFaulty(line=line, fault=_("an amount with too many decimals for its currency"))
    return int(minor)


def printable(text: Any, longest: int) -> str:
    """A bank's words on one line, without what cannot be printed, cut to length."""
    words = " ".join(CONTROLS.sub(" ", LINE_CONTROLS.sub(" ", str(text or ""))).split())
    return words[:longest]


def with_references(lines: Iterable[ReadLine]) -> list[ReadLine]:
    """Lines to which the bank gave no reference get one made of what they say, so that the same line has the same one.

    Lines that say the same are told apart by their order.
    """
    alike: Counter = Counter()
    named = []
    for line in lines:
        if not line.line_ref:
            said = f"{line.value_date}|{line.direction}|{line.amount_minor}|{line.counterparty_tail}|{line.text}"
            alike[said] += 1
            digest = hashlib.sha256(f"{said}|{alike[said]}".encode()).hexdigest()
            line = replace(line, line_ref=f"~{digest[:40]}")
        named.append(line)
    return named
