"""Tables as pages hand them to the `table` component."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A heading. Numbers stand at the right in figures of one width; a `short` value (a day) stays on one line."""

    name: Any
    number: bool = False
    short: bool = False

    @property
    def style(self) -> str:
        """The class of its cells in the stylesheet."""
        return "n" if self.number else "keep" if self.short else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, perhaps a link, perhaps a status word (`ok`, `wait`, `bad`, `info`), perhaps with a line below."""

    value: Any
    href: str = ""
    status: str = ""
    detail: Any = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values or `Cell`s, the first of each row its name.

    `small` is for up to four short columns: it stays a table on a phone, the others become pairs.
    """

    caption: Any
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    note: Any = ""
    total: Sequence[Any] = field(default_factory=tuple)
    small: bool = False
    empty: Any = ""

    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Each row as pairs of its column and its cell."""
        return [self._line(row) for row in self.rows]

    def total_line(self) -> list[tuple[Column, Cell]]:
        """The last line under the full rule, if there is one."""
        return self._line(self.total) if self.total else []

    def _line(self, row: Sequence[Any]) -> list[tuple[Column, Cell]]:
        cells = [value if isinstance(value, Cell) else Cell(value) for value in row]
        return list(zip(self.columns, cells, strict=True))
