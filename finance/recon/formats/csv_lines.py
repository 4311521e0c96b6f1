"""Our own CSV of bank lines, with a header line."""

import csv
import datetime as dt
import io

from django.utils.translation import gettext_lazy as _

from core.money import AmountMalformed, parse
from finance.recon.formats.line import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    ReadLine,
    StatementFaulty,
    printable,
    text_of,
)

BANK_COLUMNS = [
    "value_date",
    "line_ref",
    "direction",
    "amount",
    "currency",
    "counterparty",
    "counterparty_tail",
    "text",
]


def read(content: bytes, *, currency: str) -> list[ReadLine]:
    """The lines of a CSV in UTF-8 or GB18030. Raises `StatementFaulty`."""
    try:
        reader = csv.DictReader(io.StringIO(text_of(content), newline=""))
        rows = list(reader)
    except csv.Error as error:
        raise StatementFaulty(line=1, fault=_("unreadable text")) from error
    if reader.fieldnames != BANK_COLUMNS:
        raise StatementFaulty(line=1, fault=_("the columns must be %(columns)s") % {"columns": ",".join(BANK_COLUMNS)})
    if not rows:
        raise StatementFaulty(line=1, fault=_("there are no lines"))
    return [_line(row, number, currency) for number, row in enumerate(rows, start=2)]


def _line(row: dict[str, str], number: int, currency: str) -> ReadLine:
    if None in row or None in row.values():
        raise StatementFaulty(line=number, fault=_("more or fewer cells than columns"))
    try:
        amount = parse(row["amount"], currency)
        value_date = dt.date.fromisoformat(row["value_date"])
    except (AmountMalformed, ValueError) as error:
        raise StatementFaulty(line=number, fault=_("unreadable amount or date")) from error
    if row["direction"] not in {"in", "out"} or row["currency"] != currency or amount.minor <= 0:
        raise StatementFaulty(line=number, fault=_("unknown direction, other currency, or no amount"))
    reference = row["line_ref"]
    if not reference or len(reference) > LONGEST_REFERENCE or printable(reference, LONGEST_REFERENCE) != reference:
        raise StatementFaulty(line=number, fault=_("no line reference, or one that is too long"))
    return ReadLine(
        number=number,
        value_date=value_date,
        line_ref=reference,
        direction=row["direction"],
        amount_minor=amount.minor,
        counterparty=printable(row["counterparty"], LONGEST_NAME),
        counterparty_tail=row["counterparty_tail"].strip()[-8:],
        text=printable(row["text"], LONGEST_TEXT),
    )
