"""What a benchmark prints, and how long it may take."""

from dataclasses import dataclass
from typing import Literal

Size = Literal["tiny", "quick", "full"]

_WIDTHS = (44, 13, 13, 13, 9, 18)
HEADER = (
    "".join(
        title.ljust(width)
        for title, width in zip(("name", "ours", "peer", "limit", "ratio", "goal"), _WIDTHS, strict=True)
    )
    + "result"
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How long a round takes, how many there are, and how large the tables are.

    `demonstration`: the name of a database in which the demonstration is loaded; it is cloned instead of being loaded
    again. `has_peers`: whether other software is installed and measured.
    """

    seconds: float
    rounds: int
    size: Size
    has_peers: bool = True
    demonstration: str = ""

    @property
    def is_full(self) -> bool:
        """Whether the large tables are made."""
        return self.size == "full"

    def of(self, *, tiny: int, quick: int, full: int) -> int:
        """How many rows, clients or processes, by size."""
        return {"tiny": tiny, "quick": quick, "full": full}[self.size]

    def looks(self, of_a_round: int) -> int:
        """How often a page is looked at, beside the first time."""
        return 2 if self.size == "tiny" else of_a_round * self.rounds

    @classmethod
    def quick(cls) -> "Scale":
        """Everything in about two minutes."""
        return cls(seconds=2.0, rounds=3, size="quick")

    @classmethod
    def full(cls) -> "Scale":
        """Steadier figures."""
        return cls(seconds=8.0, rounds=5, size="full")

    @classmethod
    def tiny(cls, demonstration: str = "") -> "Scale":
        """Whether everything still runs, in seconds; its figures mean nothing."""
        return cls(seconds=0.05, rounds=1, size="tiny", has_peers=False, demonstration=demonstration)


@dataclass(frozen=True, slots=True)
class Line:
    """One goal: `ours`, `peer` and `limit` are printed as given; `met` is None for information only."""

    name: str
    ours: str
    goal: str
    met: bool | None
    peer: str = "-"
    limit: str = "-"
    ratio: str = "-"

    def __str__(self) -> str:
        cells = (self.name, self.ours, self.peer, self.limit, self.ratio, self.goal)
        text = "".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
        return text + {True: "met", False: "not met", None: "information"}[self.met]


def rate(per_second: float) -> str:
    """`4,112/s`."""
    return f"{per_second:,.0f}/s"


def times(ratio: float) -> str:
    """`3.31 x`."""
    return f"{ratio:,.2f} x"
