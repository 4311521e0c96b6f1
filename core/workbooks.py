"""Tables as workbooks (XLSX): read as exact texts within limits, and written so that a spreadsheet changes nothing.

A file is a zip archive that somebody may have made to exhaust the machine, so it is judged before anything of it is
parsed. XML that defines entities is refused by `defusedxml`, which openpyxl uses where it is installed.
"""

import io
import math
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: How every zip archive begins.
MARK = b"PK\x03\x04"

#: Bytes of all parts unpacked, their number, and their XML tags: elements in memory are far larger than their bytes.
LARGEST_UNPACKED = 16 * 1024 * 1024
MOST_PARTS = 200
MOST_TAGS = 800_000
#: Rows that a spreadsheet has.
LAST_ROW = 1_048_576
#: Digits to which a spreadsheet keeps a number; more of them are those of a calculation in binary.
EXACT_DIGITS = 15

_PACKED_AS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_TEXT_FORMAT = "@"
#: What zipfile, the two XML parsers and openpyxl raise at bytes that are no workbook.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    EOFError,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
)

_Read: TypeAlias = ReadOnlyCell | EmptyCell


class WorkbookUnreadable(Exception):
    """This is no workbook, or one that is larger than a table needs; the text says which."""


class SheetRow(NamedTuple):
    """A row with its number, its cells as texts, and what is wrong with the first cell that is no plain value."""

    number: int
    cells: list[str]
    fault: str = ""


class _CellFault(Exception):
    """Why a cell is no plain value."""


def is_workbook(content: bytes) -> bool:
    """Whether these bytes claim to be a workbook."""
    return content.startswith(MARK)


def read_workbook(content: bytes, *, columns: int) -> list[SheetRow]:
    """The rows of the first sheet that hold something, so many columns of each. Raises `WorkbookUnreadable`.

    Numbers are written as their exact decimals; a formula, a date, an error and a number that is no exact decimal are
    faults of their row.
    """
    try:
        _judge_archive(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not keep of a workbook is no loss here
            return _rows(content, columns)
    except _BROKEN as error:
        raise WorkbookUnreadable(_("This file cannot be read as a workbook (XLSX).")) from error


def write_workbook(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet whose cells are all texts: no formula runs, no barcode becomes a number."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _judge_archive(content: bytes) -> None:
    """Refuse what would not fit into memory. `zipfile` unpacks no more of a part than the archive declares."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise WorkbookUnreadable(_("This workbook is larger than it can be."))
        if any(part.compress_type not in _PACKED_AS for part in parts):
            raise WorkbookUnreadable(_("This file cannot be read as a workbook (XLSX)."))
        if sum(archive.read(part).count(b"<") for part in parts) > MOST_TAGS:
            raise WorkbookUnreadable(_("This workbook is larger than it can be."))
        for part in parts:
            _refuse_disorder(archive.read(part))


def _refuse_disorder(part: bytes) -> None:
    """Refuse a sheet with a row that stands twice, or after a later one: openpyxl would leave it out silently."""
    if b"sheetData" not in part:
        return
    before = 0
    for _event, element in iterparse(io.BytesIO(part), events=("end",)):
        if element.tag.rpartition("}")[2] == "row":
            number = int(element.get("r", before + 1))
            if number <= before:
                words = _(
                    "Row %(row)s appears twice in this workbook, or after a later one. Repair it and save it again."
                )
                raise WorkbookUnreadable(words % {"row": number})
            before = number
        element.clear()  # what was looked at is not kept in memory


def _rows(content: bytes, columns: int) -> list[SheetRow]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        found = enumerate(sheet.iter_rows(min_row=1, max_row=LAST_ROW, min_col=1, max_col=columns), start=1)
        rows = (_row(number, cells) for number, cells in found if any(cell.value is not None for cell in cells))
        return [row for row in rows if row.fault or any(row.cells)]
    finally:
        book.close()


def _row(number: int, cells: Sequence[_Read]) -> SheetRow:
    try:
        return SheetRow(number, [_text_of(cell) for cell in cells])
    except _CellFault as fault:
        return SheetRow(number, [], str(fault))


def _text_of(cell: _Read) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "s":
        return str(value).strip()
    named = {"cell": cell.coordinate}
    if cell.data_type == "f":
        raise _CellFault(_("Cell %(cell)s holds a formula. Put its value in its place.") % named)
    if cell.data_type == "b":
        return str(int(value))
    if cell.data_type == "n" and isinstance(value, int | float):
        return _exact(value, named)
    raise _CellFault(_("Cell %(cell)s holds a date or an error. Format it as text and type it again.") % named)


def _exact(value: int | float, named: dict[str, str]) -> str:
    """The decimal that somebody typed: `repr` gives the shortest one that the binary number stands for."""
    number = Decimal(repr(value)) if math.isfinite(value) else None
    if number is None or len(number.normalize().as_tuple().digits) > EXACT_DIGITS:
        raise _CellFault(_("Cell %(cell)s holds a number that is not exact. Type it as text.") % named)
    return str(int(number)) if number == number.to_integral_value() else f"{number:f}"


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text or None)
    cell.number_format = _TEXT_FORMAT
    if text:
        cell.data_type = "s"  # else a text that begins with = would be a formula
        cell.quotePrefix = True
    return cell
