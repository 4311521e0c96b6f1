"""Reading a list of divisions: plain or gzip CSV, line by line, into COPY's text form."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from core.language.text import CONTROLS, LINE_CONTROLS
from stations.places.models import Division

HEADER = ["code", "level", "name", "parent_code"]
CODE_LENGTH = 12
LONGEST_NAME = 120
#: How many bad lines are told; the others are only counted.
TOLD = 20
#: Progress while reading, in lines.
TOLD_EVERY = 100_000
GZIP_MAGIC = b"\x1f\x8b"


class BadLines:
    """What is wrong with a file: the first lines in full, the rest as a number."""

    def __init__(self) -> None:
        self._lines: dict[int, str] = {}
        self.count = 0

    def add(self, line: int, fault: str) -> None:
        """Note the first fault of a line."""
        if line in self._lines:
            return
        self.count += 1
        self._lines[line] = fault
        if len(self._lines) > 2 * TOLD:
            self._lines = dict(self.reasons())

    def reasons(self) -> list[tuple[int, str]]:
        """The first faulty lines, in the order of the file."""
        return sorted(self._lines.items())[:TOLD]


class DivisionFile:
    """A file that `COPY … FROM STDIN` can read: (line, code, level, name, parent_code) per row."""

    def __init__(self, path: Path, bad: BadLines, tell: Callable[[str], None]) -> None:
        self._rows = self._as_copy_text(path)
        self._rest = ""
        self._tell = tell
        self.bad = bad
        self.read_rows = 0

    def read(self, size: int = 8192) -> str:
        """At least one row, unless the file has ended."""
        parts, length = [self._rest], len(self._rest)
        while length < size and (row := next(self._rows, "")):
            parts.append(row)
            length += len(row)
        text = "".join(parts)
        self._rest = text[size:]
        return text[:size]

    def _as_copy_text(self, path: Path) -> Iterator[str]:
        with opened(path) as text:
            rows = csv.reader(text)
            try:
                if next(rows, None) != HEADER:
                    self.bad.add(1, _("the header has to be %(header)s") % {"header": ",".join(HEADER)})
                    return
                for row in rows:
                    if row:
                        yield from self._checked(rows.line_num, row)
            except (UnicodeDecodeError, csv.Error, EOFError, gzip.BadGzipFile, zlib.error) as error:
                self.bad.add(rows.line_num + 1, _("the file cannot be read from here on: %(error)s") % {"error": error})

    def _checked(self, line: int, row: list[str]) -> Iterator[str]:
        self.read_rows += 1
        if self.read_rows % TOLD_EVERY == 0:
            self._tell(_("%(count)d lines read") % {"count": self.read_rows})
        if len(row) != len(HEADER):
            self.bad.add(line, _("%(count)d columns instead of 4") % {"count": len(row)})
            return
        code, level, name, parent_code = (value.strip() for value in row)
        fault = _fault_of(code, level, name, parent_code)
        if fault:
            self.bad.add(line, fault)
        else:
            name = name.replace("\\", "\\\\")
            yield f"{line}\t{code}\t{level}\t{name}\t{parent_code}\n"


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The text of a plain or gzip file."""
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        source = gzip.GzipFile(fileobj=raw) if is_gzip else raw
        yield io.TextIOWrapper(source, encoding="utf-8-sig", newline="")


def _fault_of(code: str, level: str, name: str, parent_code: str) -> str:
    if level not in Division.LEVELS:
        return _("unknown level “%(level)s”") % {"level": level}
    if not _is_code(code):
        return _("the code “%(code)s” does not have 12 digits") % {"code": code}
    if not name:
        return _("the name is empty")
    if len(name) > LONGEST_NAME:
        return _("the name is longer than 120 characters")
    if CONTROLS.search(name) or LINE_CONTROLS.search(name):
        return _("the name holds characters that cannot be printed")
    if level == Division.Level.PROVINCE:
        return _("a province has no parent") if parent_code else ""
    return (
        "" if _is_code(parent_code) else _("the parent code “%(code)s” does not have 12 digits") % {"code": parent_code}
    )


def _is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and text.isascii() and text.isdigit()
