"""A list of people to enrol as a file: one line for each, with identity number and name."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.csv_cells import without_guard
from core.language.text import fold
from core.resident_ids import plain_number

COLUMNS = ("id_number", "full_name")
#: Lines of one file.
MOST_LINES = 5_000


class ListFault(Exception):
    """The file is no such list; in words."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line, understood: its number in the file, the number of the document, and the name as it is compared."""

    number: int
    id_number: str
    name: str


def lines_of(content: str) -> Iterator[ListLine]:
    """The lines of a file that are not empty. Raises `ListFault`."""
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    try:
        header = [name.strip() for name in next(reader, [])]
        if header != list(COLUMNS):
            raise ListFault(_("The first line must name these columns: %(columns)s") % {"columns": ",".join(COLUMNS)})
        for row in reader:
            if reader.line_num > MOST_LINES + 1:
                raise ListFault(_("A file has at most %(most)s lines.") % {"most": MOST_LINES})
            cells = [without_guard(cell.strip()) for cell in row]
            if any(cells):
                id_number, name, *_rest = [*cells, "", ""]
                yield ListLine(reader.line_num, plain_number(id_number), fold(name))
    except csv.Error as error:
        raise ListFault(_("This file cannot be read as CSV.")) from error
