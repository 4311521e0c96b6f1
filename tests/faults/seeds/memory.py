"""What the counters were told of their floats: enough to know, without asking the books, what each float holds."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.money import parse
from ecomnet.simulation.client import Answer, Client
from ecomnet.simulation.diary import Diary

#: What adds to the float of the station that the answer names.
CREDITED = frozenset({"credit a top-up", "take cash for a float"})


class Memory(Diary):
    """A diary that also remembers every yes, once for each press of a button."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {}

    def remember(self, operation: str, key: str, body: dict[str, Any], answer: Answer) -> None:
        """Keep what was asked and answered."""
        if not answer.code:
            self.told[operation, key] = body, answer.body

    def movements(self) -> Iterator[tuple[str, int]]:
        """(station, minor units) of each movement of a float that somebody was told of, sales aside."""
        for (operation, _key), (body, answer) in self.told.items():
            if operation in CREDITED:
                yield answer["station"], _minor(answer["amount"])
            elif operation == "accept float":
                yield answer["from_station"], -_minor(answer["amount"])
                yield answer["to_station"], _minor(answer["amount"])
            elif operation == "hand back" and body["notes"] == "own":
                yield body["station"], _minor(answer["amount"])


class Phone(Client):
    """A client whose yeses are remembered."""

    def post(self, operation: str, path: str, body: dict[str, Any] | None = None, *, key: str) -> Answer:
        answer = super().post(operation, path, body, key=key)
        self.diary.remember(operation, key, body or {}, answer)
        return answer


def expected_floats(memory: Memory, stations: list[str], *, began_with: dict[str, int]) -> dict[str, int]:
    """What the float of each station holds by what its people were told: what was sold from it has left it for good."""
    held = Counter(began_with)
    for press in memory.presses:
        if press.funding == "float":
            held[stations[press.counter]] -= _minor(press.total)
    for station, amount in memory.movements():
        held[station] += amount
    return dict(held)


def _minor(amount: str) -> int:
    """Of an amount in yuan: this story plays in China."""
    return parse(amount, "CNY").minor
