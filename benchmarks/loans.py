"""Loans: how long the schedule of one takes."""

import datetime as dt
import time
from collections.abc import Callable, Iterator

from benchmarks.lines import Line, Scale
from finance.loans.schedules import Terms, price_of, schedule_of

ROWS, MOST_MS = 360, 10
ROUNDS = 20


def measure(scale: Scale) -> Iterator[Line]:
    """Thirty years of months, with the day count that takes longest, and its true price."""
    terms = Terms(
        principal=100_000_000,
        rate_ppm=60_000,
        installments=ROWS,
        schedule_start=dt.date(2024, 1, 31),
        day_count="actual_actual",
    )
    schedule = schedule_of(terms)
    taken = _fastest_ms(lambda: schedule_of(terms))
    yield Line(f"a schedule of {ROWS} rows", f"{taken:.1f} ms", f"<= {MOST_MS} ms", taken <= MOST_MS)
    yield Line("its true price", f"{_fastest_ms(lambda: price_of(schedule)):.1f} ms", "", None)


def _fastest_ms(do: Callable[[], object]) -> float:
    found = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        do()
        found.append(time.perf_counter() - start)
    return min(found) * 1000
