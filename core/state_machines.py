"""State machines: the arrows of each machine stand in one table in the module that owns it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import Refused, WrongState

MACHINES: list["Machine"] = []


@dataclass(frozen=True)
class Machine:
    """`arrows[verb]` is the set of states from which the verb may start. A test walks every pair that is missing."""

    name: str
    states: type
    arrows: Mapping[str, frozenset[str]]
    refusals: Mapping[str, type[Refused]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        MACHINES.append(self)

    def allows(self, verb: str, status: str) -> bool:
        """Whether the verb may start from here."""
        return status in self.arrows[verb]

    def check(self, verb: str, status: str) -> None:
        """Refuse the verb unless it may start here: `WrongState`, or the better refusal that the machine names."""
        if not self.allows(verb, status):
            raise self.refusals.get(verb, WrongState)(state=str(self.states(status).label))
