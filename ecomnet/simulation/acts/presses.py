"""How buttons are pressed at a counter, whatever they do."""

from typing import Any

from ecomnet.simulation.client import Answer, Client
from ecomnet.simulation.counter import CounterOfDay

#: How long a villager looks at a phone for a code, in seconds.
WAITS_FOR_MESSAGE = 15.0


def twice(
    counter: CounterOfDay, what: str, path: str, body: dict[str, Any], *, key: str, by: Client | None = None
) -> Answer:
    """An impatient finger: one key, one answer."""
    answers = [(by or counter.partner).post(what, path, body, key=key) for _again in range(2)]
    if len({(answer.code, answer.body.get("id"), answer.body.get("our_ref")) for answer in answers}) != 1:
        counter.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")
    return answers[0]


def misread(code: str) -> str:
    """Another code of six digits."""
    return f"{(int(code) + 1) % 1_000_000:06}"
