"""Of a schedule that fails, the least that still fails: halves, then smaller parts, are left out in turn."""

import time
from collections.abc import Callable, Sequence

from tests.faults.seeds.schedule import Schedule


def shrunk(
    schedule: Schedule, *, fails: Callable[[Schedule], bool], most_plays: int = 40, most_seconds: float = 600
) -> Schedule:
    """The smallest schedule found within so many plays and seconds: a play that hangs takes minutes.

    What depends on time may fail less often when alone.
    """
    names, parts, plays, until = list(schedule.names), 2, 0, time.monotonic() + most_seconds
    while len(names) > 1:
        for piece in _pieces(names, parts):
            if plays >= most_plays or time.monotonic() > until:
                return schedule.only(names)
            rest = [name for name in names if name not in piece]
            plays += 1
            if fails(schedule.only(rest)):
                names, parts = rest, max(parts - 1, 2)
                break
        else:
            if parts >= len(names):
                break
            parts = min(parts * 2, len(names))
    return schedule.only(names)


def _pieces(names: Sequence[str], parts: int) -> list[Sequence[str]]:
    size = -(-len(names) // parts)
    return [names[start : start + size] for start in range(0, len(names), size)]
