"""Sums by day, week or month as bars, drawn by the server; the same figures are a table and a file."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core.money import Money
from core.web.charts import BOTTOM, HEIGHT
from core.web.sums import Total, total
from core.web.tables import Column, Table

#: Words below the bars stand at most at so many places, so that none touches another on a phone.
MOST_LABELS = 3
#: Of the width: where the first bar begins, as the words of the axis stand before it; how much of its place it takes.
LEFT, FILLED = 9.0, 0.72
#: Of the width: no label but the last one stands to the right of it.
LAST_LEFT = 75
#: The upper edge is one of these times a power of ten: its quarters are round numbers.
TOPS = (4, 8, 12, 16, 20, 24, 32, 40)

Key = TypeVar("Key")


@dataclass(frozen=True)
class Bars:
    """One bar per label, from zero. `rows` are the table's cells beside the label, under `columns`.

    `finding` is the one sentence that the picture shows. The last bar is hatched while its period is running.
    """

    title: Any
    finding: Any
    labels: Sequence[Any]
    values: Sequence[float]
    columns: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    unit: Any = ""
    note: Any = ""
    is_running: bool = False
    period: Any = ""
    id: str = field(default="trend")

    @property
    def latest(self) -> Sequence[Any]:
        """The cells of the last label, which is still running."""
        return self.rows[-1]

    def grid(self) -> list[dict[str, Any]]:
        """Horizontal rules with their values."""
        quarters = range(5)
        return [
            {"y": f"{BOTTOM - HEIGHT * part / 4:.2f}%", "value": f"{self.top * part // 4:,}", "base": part == 0}
            for part in quarters
        ]

    @property
    def top(self) -> int:
        """The value at the upper edge."""
        largest = max(self.values, default=0)
        power = 10 ** max(math.floor(math.log10(largest / 4)), 0) if largest > 4 else 1
        return next(top * power for top in TOPS if top * power >= largest)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(self.values)

    def bars(self) -> list[dict[str, Any]]:
        """Where each bar stands, in percent of the picture."""
        step = (100 - LEFT) / len(self.labels)
        drawn = []
        for index, value in enumerate(self.values):
            height = max(HEIGHT * value / self.top, 0)
            drawn.append(
                {
                    "x": f"{LEFT + step * (index + (1 - FILLED) / 2):.2f}%",
                    "y": f"{BOTTOM - height:.2f}%",
                    "width": f"{step * FILLED:.2f}%",
                    "height": f"{height:.2f}%",
                    "running": self.is_running and index == len(self.values) - 1,
                }
            )
        return drawn

    def axis(self) -> list[dict[str, Any]]:
        """A few labels below, the last one among them."""
        count = len(self.labels)
        every = max(math.ceil(count / MOST_LABELS), 1)
        step = (100 - LEFT) / count
        shown = [index for index in range(count) if (count - 1 - index) % every == 0]
        return [
            {
                "x": "100%" if index == count - 1 else f"{LEFT + step * (index + 0.5):.2f}%",
                "name": self.labels[index],
                "anchor": "end" if index == count - 1 else "middle",
            }
            for index in shown
            if index == count - 1 or LEFT + step * (index + 0.5) < LAST_LEFT
        ]

    def table(self) -> Table:
        """The newest first, for those who read or compute."""
        columns = [Column(self.period), *(Column(name, number=True) for name in self.columns)]
        rows = [[label, *cells] for label, cells in zip(self.labels, self.rows, strict=True)]
        return Table(self.title, columns, rows[::-1], small=True)


def money_bars(
    rows: Iterable[tuple[Key, str, int, int]],
    *,
    title: Any,
    period: Any,
    counted: Any,
    labels: dict[Key, Any],
    note: Any = "",
    is_running: bool = True,
) -> Bars:
    """Bars of amounts: `rows` are (key, currency, number, minor units), `labels` every key in its order.

    Drawn is the currency of most rows, in its main unit; the table has them all.
    """
    found = list(rows)
    sums = {key: total(row[1:] for row in found if row[0] == key) for key in labels}
    all_of_it = total(_by_currency(found))
    main = all_of_it.amounts[0].currency if all_of_it.amounts else ""
    drawn = [_in(sums[key], main) for key in labels]
    best = max(range(len(drawn)), key=lambda index: drawn[index].minor if drawn[index] else 0)
    return Bars(
        title=title,
        finding=_("Highest: %(label)s, %(amount)s.")
        % {"label": list(labels.values())[best], "amount": sums[list(labels)[best]].words}
        if main
        else _("Nothing yet."),
        labels=list(labels.values()),
        values=[float(amount.decimal) if amount else 0.0 for amount in drawn],
        columns=[counted, _("Amount")],
        rows=[[f"{sums[key].count:,}", sums[key].words] for key in labels],
        unit=main,
        note=note,
        is_running=is_running,
        period=period,
    )


def _by_currency(rows: Sequence[tuple[Any, str, int, int]]) -> list[tuple[str, int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for _key, currency, count, minor in rows:
        before = counts.get(currency, (0, 0))
        counts[currency] = (before[0] + count, before[1] + minor)
    found = [(currency, count, minor) for currency, (count, minor) in counts.items()]
    return sorted(found, key=lambda row: -row[1])


def _in(sums: Total, currency: str) -> Money:
    return next((amount for amount in sums.amounts if amount.currency == currency), Money(0, currency))


def count_bars(
    counts: dict[Any, int], *, title: Any, period: Any, counted: Any, note: Any = "", is_running: bool = True
) -> Bars:
    """Bars of whole numbers: label -> number, in their order."""
    best = max(counts, key=lambda label: counts[label])
    known = {"label": best, "count": f"{counts[best]:,}"}
    return Bars(
        title=title,
        finding=_("Highest: %(label)s, %(count)s.") % known if counts[best] else _("Nothing yet."),
        labels=list(counts),
        values=[float(number) for number in counts.values()],
        columns=[counted],
        rows=[[f"{number:,}"] for number in counts.values()],
        note=note,
        is_running=is_running,
        period=period,
    )
