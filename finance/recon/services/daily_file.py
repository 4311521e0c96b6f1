"""A provider's daily file, read piece by piece: whole, or refused whole."""

import csv
import datetime as dt
import io
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.money import AmountMalformed, Money, minor_digits, parse

ENCODINGS = ("utf-8-sig", "gb18030")
KINDS = frozenset({"bill", "recharge", "refund", "collection", "payout"})
STATUSES = frozenset({"succeeded", "failed", "reversed", "returned"})
REFERENCE = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,64}")
HEADER_CELLS, LINE_CELLS, TRAILER_CELLS = 6, 9, 4
#: What a line adds to the total of the trailer; what was returned was never part of it.
SIGNS = {"succeeded": 1, "reversed": -1}

#: Gives the pieces of the file from its beginning, as often as it is called.
Source = Callable[[], Iterable[bytes]]


class FileFaulty(Refused):
    """The file is not what its trailer says, or not ours; nothing of it is used."""

    code = "file_faulty"
    status = 422
    message = _("The file is refused: line %(line)s, %(fault)s.")


class Line(NamedTuple):
    """One line of the file. Amounts in minor units of the file's currency; `completed_at` in UTC, as ISO 8601."""

    line_no: int
    provider_ref: str
    our_ref: str
    kind: str
    status: str
    amount_minor: int
    fee_minor: int
    completed_at: str


@dataclass(slots=True)
class Sums:
    """What was read so far; whole once every line was taken."""

    count: int = 0
    total_minor: int = 0
    fee_minor: int = 0


class DailyFileReader:
    """The lines of a file of this provider and day, one after the other, in little memory.

    Iterating raises `FileFaulty`, which names the first fault; only a file that was read to its end without one agrees
    with its own trailer. `sums` then holds what the trailer says.
    """

    def __init__(self, source: Source, *, provider: str, date: dt.date, currency: str) -> None:
        self.source, self.provider, self.date, self.currency = source, provider, date, currency
        self.sums = Sums()
        digits = minor_digits(currency)
        self._plain = re.compile(rf"[0-9]{{1,13}}\.[0-9]{{{digits}}}" if digits else r"[0-9]{1,15}")
        self._encoding = ""

    def __iter__(self) -> Iterator[Line]:
        self.sums = Sums()
        said = array("q")
        rows = self._rows()
        self._check_header(next(rows, []))
        last = next(rows, None)
        if last is None:
            raise FileFaulty(line=1, fault="no trailer")
        for row in rows:
            line = self._line(last, self.sums.count + 1)
            self._count(line)
            said.append(hash((line.our_ref, line.status)))
            yield line
            last = row
        self._check_trailer(last)
        self._refuse_repeated(said)

    def _rows(self) -> Iterator[list[str]]:
        """The rows that are not empty, in the encoding in which the file can be read to its end."""
        text = io.TextIOWrapper(io.BufferedReader(_Pieces(self.source())), encoding=self._readable(), newline="")
        reader = csv.reader(text)
        try:
            yield from (row for row in reader if row)
        except csv.Error as error:
            raise FileFaulty(line=reader.line_num, fault="unreadable cells") from error

    def _readable(self) -> str:
        self._encoding = self._encoding or next((each for each in ENCODINGS if self._can_be_read(each)), "")
        if not self._encoding:
            raise FileFaulty(line=1, fault="unreadable text")
        return self._encoding

    def _can_be_read(self, encoding: str) -> bool:
        text = io.TextIOWrapper(io.BufferedReader(_Pieces(self.source())), encoding=encoding, newline="")
        try:
            while text.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return False
        return True

    def _check_header(self, row: list[str]) -> None:
        expected = ["H", "1", self.provider, self.date.isoformat(), self.currency]
        if len(row) != HEADER_CELLS or row[:5] != expected:
            raise FileFaulty(line=1, fault="another provider, day or currency")

    def _line(self, row: list[str], number: int) -> Line:
        at = number + 1
        if len(row) != LINE_CELLS or row[0] != "D" or row[1] != str(number):
            raise FileFaulty(line=at, fault="lines are not numbered one after the other")
        _letter, _number, provider_ref, our_ref, kind, status, amount, fee, completed_at = row
        if kind not in KINDS or status not in STATUSES:
            raise FileFaulty(line=at, fault="unknown kind or state")
        if not (REFERENCE.fullmatch(provider_ref) and REFERENCE.fullmatch(our_ref)):
            raise FileFaulty(line=at, fault="a reference is missing, too long, or cannot be printed")
        try:
            amount_minor, fee_minor = self._minor(amount), self._minor(fee)
            completed = dt.datetime.fromisoformat(completed_at)
            in_utc = completed.astimezone(dt.UTC).isoformat()
        except (AmountMalformed, ValueError, OverflowError) as error:
            raise FileFaulty(line=at, fault="unreadable amount or time") from error
        if amount_minor < 0:
            raise FileFaulty(line=at, fault="an amount below nothing")
        if completed.tzinfo is None:
            raise FileFaulty(line=at, fault="a time without its zone")
        return Line(number, provider_ref, our_ref, kind, status, amount_minor, fee_minor, in_utc)

    def _minor(self, text: str) -> int:
        """As `core.money.parse`, which is asked only where an amount is not written plainly."""
        if self._plain.fullmatch(text):
            return int(text.replace(".", ""))
        return parse(text, self.currency).minor

    def _count(self, line: Line) -> None:
        self.sums.count += 1
        self.sums.total_minor += SIGNS.get(line.status, 0) * line.amount_minor
        self.sums.fee_minor += line.fee_minor

    def _check_trailer(self, row: list[str]) -> None:
        at = self.sums.count + 2
        if len(row) != TRAILER_CELLS or row[0] != "T" or row[1] != str(self.sums.count):
            raise FileFaulty(line=at, fault="no trailer, or another number of lines")
        try:
            stated = parse(row[2], self.currency).minor, parse(row[3], self.currency).minor
        except AmountMalformed:
            stated = None
        if stated != (self.sums.total_minor, self.sums.fee_minor):
            raise FileFaulty(line=at, fault="the sums do not agree")

    def _refuse_repeated(self, said: array) -> None:
        """Two lines that say the same of one reference. Eight bytes a line are kept; who looks alike is read again."""
        in_order = sorted(said)
        alike = {one for one, next_one in pairwise(in_order) if one == next_one}
        if not alike:
            return
        seen: set[tuple[str, str]] = set()
        for number, row in enumerate(self._rows()):
            pair = (row[3], row[5]) if len(row) == LINE_CELLS else None
            if pair is None or hash(pair) not in alike:
                continue
            if pair in seen:
                raise FileFaulty(line=number + 1, fault="the same reference and state twice")
            seen.add(pair)


class _Pieces(io.RawIOBase):
    """Pieces of bytes as one file."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


@dataclass(frozen=True, slots=True)
class DailyFileContent:
    """A file that agrees with its own trailer, in memory."""

    lines: list[Line]
    total: Money
    fee: Money


def read(content: bytes, *, provider: str, date: dt.date, currency: str) -> DailyFileContent:
    """The lines of a small file at once. Raises `FileFaulty`."""
    reader = DailyFileReader(lambda: [content], provider=provider, date=date, currency=currency)
    lines = list(reader)
    sums = reader.sums
    return DailyFileContent(lines, Money(sums.total_minor, currency), Money(sums.fee_minor, currency))
