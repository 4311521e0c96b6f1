"""The arithmetic of a score: pure functions over a scorecard's lines and the values that were found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

PPM = 1_000_000
#: A share that has no limit, such as an instalment of a household that has nothing left.
BOUNDLESS = 1_000 * PPM
#: With fewer facts from the records, a file is thin.
FACTS_LEAST = 3
MOST_REASONS = 4
#: What is said of an attribute that lost points because there is no fact at all: its own reason would be untrue.
FEW_RECORDS = "few_records"


@dataclass(frozen=True, slots=True)
class Step:
    """Values from `lower` up to but not including `upper` earn these points."""

    lower: int
    upper: int | None
    points: int


@dataclass(frozen=True, slots=True)
class CardLine:
    """One attribute of a scorecard."""

    code: str
    is_online: bool
    max_points: int
    no_fact_points: int
    reason: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard: its lines in their order, and its bands."""

    lines: Sequence[CardLine]
    approve_from: int
    refer_from: int
    thin_offline_from: int


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """What one attribute earned."""

    line: CardLine
    value: int | None
    points: int

    @property
    def lost(self) -> int:
        """What it could have earned besides."""
        return self.line.max_points - self.points


@dataclass(frozen=True, slots=True)
class Scored:
    """A score with its band, and the reasons in the order of points lost."""

    lines: Sequence[ScoredLine]
    band: str
    thin: bool

    @property
    def online(self) -> int:
        """Points from the records."""
        return sum(each.points for each in self.lines if each.line.is_online)

    @property
    def offline(self) -> int:
        """Points from the visit."""
        return sum(each.points for each in self.lines if not each.line.is_online)

    @property
    def total(self) -> int:
        """All points."""
        return self.online + self.offline

    @property
    def reasons(self) -> list[str]:
        """At most four, the most points lost first; ties in the order of the card."""
        return reasons_in_order(
            (each.lost, each.line.reason if each.value is not None or each.line.no_fact_points else FEW_RECORDS)
            for each in self.lines
        )


def score(card: Card, online: Mapping[str, int], visits: Sequence[Mapping[str, int]]) -> Scored:
    """Score what the records say (no entry: no fact) and what was seen; of two visits the worse answer counts."""
    lines = [_scored(line, online, visits) for line in card.lines]
    found = sum(line.is_online and line.code in online for line in card.lines)
    thin = found < FACTS_LEAST
    plain = Scored(lines, "", thin)
    return Scored(lines, _band(card, plain), thin)


def reasons_in_order(lost: Iterable[tuple[int, str]]) -> list[str]:
    """At most four different reasons for points lost, the most lost first; ties as they are given."""
    lossy = sorted((each for each in lost if each[0]), key=lambda each: -each[0])
    return list(dict.fromkeys(reason for _points, reason in lossy))[:MOST_REASONS]


def points_of(line: CardLine, value: int) -> int:
    """The points of a value. Raises `ValueError` where no step of the card has it."""
    for step in line.steps:
        if step.lower <= value and (step.upper is None or value < step.upper):
            return step.points
    raise ValueError(f"{line.code} has no step for {value}")


def at_most(part: int, of: int) -> int:
    """A share in ppm, rounded up: it is at most a threshold exactly where the exact share is."""
    return BOUNDLESS if of <= 0 < part else -(-part * PPM // of) if of > 0 else 0


def at_least(part: int, of: int) -> int:
    """A share in ppm, rounded down: it reaches a threshold exactly where the exact share does."""
    return part * PPM // of if of > 0 else 0


def gaps(line: CardLine) -> bool:
    """Whether a value from 0 up has no step."""
    edge: int | None = 0
    for step in sorted(line.steps, key=lambda each: each.lower):
        if edge is None or step.lower != edge:
            return True
        edge = step.upper
    return edge is not None


def _scored(line: CardLine, online: Mapping[str, int], visits: Sequence[Mapping[str, int]]) -> ScoredLine:
    values = [online] if line.is_online else visits
    found = [each[line.code] for each in values if line.code in each]
    if not found:
        return ScoredLine(line, None, line.no_fact_points)
    worst = min(found, key=lambda value: points_of(line, value))
    return ScoredLine(line, worst, points_of(line, worst))


def _band(card: Card, scored: Scored) -> str:
    if scored.thin:
        return "refer" if scored.offline >= card.thin_offline_from else "decline"
    if scored.total >= card.approve_from:
        return "approve"
    return "refer" if scored.total >= card.refer_from else "decline"
