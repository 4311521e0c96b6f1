"""A provider's daily file: read whole, or refused whole."""

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.money import AmountMalformed, Money, parse, zero

ENCODINGS = ("utf-8-sig", "gb18030")
KINDS = frozenset({"bill", "recharge", "refund", "collection", "payout"})
STATUSES = frozenset({"succeeded", "failed", "reversed", "returned"})
REFERENCE = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,64}")
HEADER_CELLS, LINE_CELLS, TRAILER_CELLS = 6, 9, 4


class FileFaulty(Refused):
    """The file is not what its trailer says, or not ours; nothing of it is used."""

    code = "file_faulty"
    status = 422
    message = _("This file is refused whole: line %(line)s, %(fault)s.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. Amounts in the file's currency; `completed_at` in UTC."""

    line_no: int
    provider_ref: str
    our_ref: str
    kind: str
    status: str
    amount: Money
    fee: Money
    completed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class DailyFileContent:
    """A file that agrees with its own trailer."""

    lines: list[Line]
    total: Money
    fee: Money


def read(content: bytes, *, provider: str, date: dt.date, currency: str) -> DailyFileContent:
    """The lines of a file of this provider and day. Raises `FileFaulty`, which names the first fault."""
    rows = _rows(_text(content))
    if len(rows) < 2:
        raise FileFaulty(line=1, fault="no trailer")
    _check_header(rows[0], provider=provider, date=date, currency=currency)
    lines = [_line(row, number, currency) for number, row in enumerate(rows[1:-1], start=1)]
    _refuse_repeated(lines)
    total = _sum(lines, {"succeeded"}, currency) - _sum(lines, {"reversed"}, currency)
    fee = sum((line.fee for line in lines), zero(currency))
    _check_trailer(rows[-1], lines, total=total, fee=fee, currency=currency)
    return DailyFileContent(lines, total, fee)


def _text(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileFaulty(line=1, fault="unreadable text")


def _rows(text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return [row for row in reader if row]
    except csv.Error as error:
        raise FileFaulty(line=reader.line_num, fault="unreadable cells") from error


def _check_header(row: list[str], *, provider: str, date: dt.date, currency: str) -> None:
    expected = ["H", "1", provider, date.isoformat(), currency]
    if len(row) != HEADER_CELLS or row[:5] != expected:
        raise FileFaulty(line=1, fault="another provider, day or currency")


def _line(row: list[str], number: int, currency: str) -> Line:
    at = number + 1
    if len(row) != LINE_CELLS or row[0] != "D" or row[1] != str(number):
        raise FileFaulty(line=at, fault="lines are not numbered one after the other")
    if row[4] not in KINDS or row[5] not in STATUSES:
        raise FileFaulty(line=at, fault="unknown kind or state")
    if not all(REFERENCE.fullmatch(cell) for cell in row[2:4]):
        raise FileFaulty(line=at, fault="a reference is missing, too long, or cannot be printed")
    try:
        amount, fee = parse(row[6], currency), parse(row[7], currency)
        completed_at = dt.datetime.fromisoformat(row[8].replace("Z", "+00:00"))
    except (AmountMalformed, ValueError) as error:
        raise FileFaulty(line=at, fault="unreadable amount or time") from error
    if amount.minor < 0:
        raise FileFaulty(line=at, fault="an amount below nothing")
    if completed_at.tzinfo is None:
        raise FileFaulty(line=at, fault="a time without its zone")
    return Line(number, row[2], row[3], row[4], row[5], amount, fee, completed_at.astimezone(dt.UTC))


def _refuse_repeated(lines: list[Line]) -> None:
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if (line.our_ref, line.status) in seen:
            raise FileFaulty(line=line.line_no + 1, fault="the same reference and state twice")
        seen.add((line.our_ref, line.status))


def _sum(lines: list[Line], statuses: set[str], currency: str) -> Money:
    return sum((line.amount for line in lines if line.status in statuses), zero(currency))


def _check_trailer(row: list[str], lines: list[Line], *, total: Money, fee: Money, currency: str) -> None:
    if len(row) != TRAILER_CELLS or row[0] != "T" or row[1] != str(len(lines)):
        raise FileFaulty(line=len(lines) + 2, fault="no trailer, or another number of lines")
    try:
        agrees = parse(row[2], currency) == total and parse(row[3], currency) == fee
    except AmountMalformed:
        agrees = False
    if not agrees:
        raise FileFaulty(line=len(lines) + 2, fault="the sums do not agree")
