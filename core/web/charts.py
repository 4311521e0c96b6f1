"""Charts drawn by the server: positions in percent, so that words keep their size at every width and no script runs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.web.tables import Column, Table

#: Colours differ in lightness, and each line has its dash: nobody needs to tell colours apart.
STROKES = [
    ("#0a5c4a", "3", ""),
    ("#a05a00", "2.5", "8 5"),
    ("#0b4fa0", "2.5", "2 5"),
    ("#4a5852", "2.5", "12 4 2 4"),
    ("#a61b1b", "2.5", "4 3"),
]
#: First digits of the upper edge -> into how many parts it is cut, so that rules stand at round numbers; else three.
PARTS = {1: 4, 2: 4, 4: 4, 5: 5, 8: 4}
TOP, HEIGHT = 9.0, 80.0
BOTTOM = TOP + HEIGHT
#: Percent of the width: a label that stands nearer to an edge hangs towards the middle.
EDGE = 8


@dataclass(frozen=True, slots=True)
class Series:
    """A line: one value per label, None where nothing was reported (a gap, never a zero)."""

    name: Any
    values: Sequence[float | None]
    name_at: int = -1


@dataclass(frozen=True)
class Chart:
    """Up to five lines over the same labels, from zero. `finding` is the one sentence that the picture shows.

    `estimates` are the indices of labels that are not final; they stand on a hatched ground.
    """

    title: Any
    finding: Any
    labels: Sequence[Any]
    series: Sequence[Series]
    note: Any = ""
    unit: Any = ""
    estimates: frozenset[int] = frozenset()
    short_labels: Sequence[Any] = field(default_factory=tuple)
    id: str = "chart"

    @property
    def top(self) -> float:
        """The value at the upper edge: a round number above the largest."""
        largest = max((value for line in self.series for value in line.values if value is not None), default=0) or 1
        step = 10 ** math.floor(math.log10(largest))
        return next(step * factor for factor in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * factor >= largest)

    def grid(self) -> list[dict[str, Any]]:
        """Horizontal rules with their values."""
        top = self.top
        parts = PARTS.get(round(top / 10 ** math.floor(math.log10(top)), 1), 3)
        return [
            {"y": _percent(BOTTOM - HEIGHT * part / parts), "value": _short(top * part / parts), "base": part == 0}
            for part in range(parts + 1)
        ]

    def axis(self) -> list[dict[str, Any]]:
        """The labels below; on a phone there is room for the short ones only."""
        names = self.short_labels or self.labels
        places = [(self._x(index), name) for index, name in enumerate(names)]
        return [{"x": _percent(x), "name": name, "anchor": _anchor(x)} for x, name in places]

    def hatched(self) -> list[dict[str, str]]:
        """The grounds under what is estimated."""
        width = 100 / len(self.labels)
        return [{"x": _percent(index * width), "width": _percent(width)} for index in sorted(self.estimates)]

    def lines(self) -> list[dict[str, Any]]:
        """Each line as a path in a box of 100 by 100, and where its name stands."""
        drawn = []
        for line, (colour, width, dash) in zip(self.series, STROKES, strict=False):
            at = self._name_index(line)
            drawn.append(
                {
                    "name": line.name,
                    "path": self._path(line.values),
                    "colour": colour,
                    "width": width,
                    "dash": dash,
                    "x": _percent(min(max(self._x(at), 8), 92)),
                    "y": _percent(TOP + HEIGHT * self._y(line.values[at] or 0) / 100 - 4),
                }
            )
        return drawn

    def table(self) -> Table:
        """The same figures for those who read or compute."""
        columns = [Column("")] + [Column(line.name, number=True) for line in self.series]
        rows = [
            [label, *(self._written(line.values[index]) for line in self.series)]
            for index, label in enumerate(self.labels)
        ]
        return Table(self.title, columns, rows, note=self.unit, small=len(columns) <= 4)

    def _written(self, value: float | None) -> str:
        if value is None:
            return "–"
        whole = all(float(v).is_integer() for line in self.series for v in line.values if v is not None)
        return f"{value:,.0f}" if whole else f"{value:,.1f}"

    def _name_index(self, line: Series) -> int:
        if line.name_at >= 0:
            return line.name_at
        known = [index for index, value in enumerate(line.values) if value is not None]
        return max(known, key=lambda index: line.values[index] or 0, default=0)

    def _path(self, values: Sequence[float | None]) -> str:
        parts, pen = [], "M"
        for index, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            parts.append(f"{pen}{self._x(index):.2f} {self._y(value):.2f}")
            pen = "L"
        return "".join(parts)

    def _x(self, index: int) -> float:
        return (index + 0.5) * 100 / len(self.labels)

    def _y(self, value: float) -> float:
        return 100 - 100 * value / self.top


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a sum: whose, its size in minor units (or any whole numbers), and how it is written."""

    name: Any
    size: int
    written: Any


@dataclass(frozen=True)
class Shares:
    """How one sum is divided, largest first as given; the table under the bar says the same in figures."""

    title: Any
    finding: Any
    parts: Sequence[Share]
    total: Any

    COLOURS = ("#0a5c4a", "#5f9c86", "#b9c6bf", "#7a8a9c", "#16201c", "#a05a00")

    def pieces(self) -> list[dict[str, Any]]:
        """The pieces of the bar with a gap between them, and their share in whole percent."""
        whole = sum(part.size for part in self.parts) or 1
        pieces, start = [], 0.0
        for part, colour in zip(self.parts, self.COLOURS, strict=False):
            width = 100 * part.size / whole
            pieces.append(
                {
                    "x": _percent(start),
                    "width": _percent(max(width - 0.4, 0)),
                    "colour": colour,
                    "name": part.name,
                    "percent": round(width),
                    "written": part.written,
                }
            )
            start += width
        return pieces


def _anchor(x: float) -> str:
    """Where a label hangs on its place: towards the middle at both ends, so that no edge of a phone cuts it."""
    if x < EDGE:
        return "start"
    return "end" if x > 100 - EDGE else "middle"


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _short(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() or value >= 100 else f"{value:,.1f}"
