"""The file that a bank executes, `payout-1` of docs/providers.md: written byte by byte the same from the same lines."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.csv_cells import harmless
from core.money import Money, total

VERSION = "1"
#: A cell that begins like this is a formula to a spreadsheet, or hides something from the one who looks at it.


@dataclass(frozen=True, slots=True)
class FileLine:
    """One payout of the file."""

    our_ref: UUID
    bank_code: str
    account_no: str
    holder_name: str
    amount: Money
    purpose: str


def write(*, number: str, date: dt.date, currency: str, lines: Sequence[FileLine]) -> bytes:
    """The file of a batch: UTF-8, line feeds, lines numbered from 1, amounts as decimal strings."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["H", VERSION, harmless(number), date.isoformat(), currency])
    for line_no, line in enumerate(lines, start=1):
        writer.writerow(["D", line_no, line.our_ref, *_cells(line)])
    writer.writerow(["T", len(lines), total((line.amount for line in lines), currency)])
    return text.getvalue().encode()


def _cells(line: FileLine) -> list[str]:
    texts = [harmless(cell) for cell in (line.bank_code, line.account_no, line.holder_name)]
    return [*texts, str(line.amount), harmless(line.purpose)]
