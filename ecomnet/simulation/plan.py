"""Who comes when, and what goes wrong: drawn from a seed alone, before anything is played."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from ecomnet.simulation.faults import FAULTS, SILENT, Fault
from ecomnet.simulation.land import Land

#: Villagers of one counter in an hour, on average.
AN_HOUR = 3.0
#: How busy each tenth of the day is: the morning market, a quiet noon, the end of work.
BUSY = (1.3, 1.6, 1.4, 1.0, 0.5, 0.6, 0.9, 1.0, 1.1, 0.6)
#: A company that does not answer twice within so many seconds would soon not be served at all: five times a minute
#: open the breaker, which is a fault of its own and not the common case.
BETWEEN_SILENCES = 20.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """One villager: when, as a part of the day, at which counter, for what, and what the company will do amiss."""

    number: int
    at: float
    counter: int
    act: str
    biller: str
    operator: str
    fault: Fault | None
    luck: int

    def dice(self) -> Random:
        """The chances of this villager, the same in every play of the seed."""
        return Random(self.luck)  # noqa: S311 - a story, not a secret


def plan_day(
    *, seed: int, counters: int, hours: float, seconds: float, weights: Mapping[str, float], land: Land
) -> list[Arrival]:
    """The arrivals of a day in their order; `weights` is how often each act is wanted, `seconds` its wall time."""
    random = Random(seed)  # noqa: S311 - a story, not a secret
    moments = sorted(_moment(random) for _ in range(round(counters * hours * AN_HOUR)))
    silent_since: dict[str, float] = {}
    return [
        _arrival(number, at, counters, seconds, weights, land, random, silent_since)
        for number, at in enumerate(moments, start=1)
    ]


def _moment(random: Random) -> float:
    [tenth] = random.choices(range(len(BUSY)), weights=BUSY)
    return (tenth + random.random()) / len(BUSY)


def _arrival(
    number: int,
    at: float,
    counters: int,
    seconds: float,
    weights: Mapping[str, float],
    land: Land,
    random: Random,
    silent_since: dict[str, float],
) -> Arrival:
    [act] = random.choices(list(weights), weights=list(weights.values()))
    [biller] = random.choices(list(land.billers), weights=list(land.billers.values()))
    [operator] = random.choices(list(land.operators), weights=list(land.operators.values()))
    [fault] = random.choices([None, *FAULTS], weights=[100 - sum(FAULTS.values()), *FAULTS.values()])
    if fault and fault.do in SILENT:
        last = max(silent_since.get(company, -BETWEEN_SILENCES) for company in (biller, operator))
        if at * seconds - last < BETWEEN_SILENCES:
            fault = None
        else:
            silent_since.update(dict.fromkeys((biller, operator), at * seconds))
    return Arrival(number, at, random.randrange(counters), act, biller, operator, fault, random.getrandbits(32))
