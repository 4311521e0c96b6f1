"""The form of an act."""

from collections.abc import Callable
from dataclasses import dataclass

from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.plan import Arrival


@dataclass(frozen=True, slots=True)
class Act:
    """Something that people come for, and how often: weights are relative to each other."""

    name: str
    weight: float
    play: Callable[[CounterOfDay, Arrival], None]
