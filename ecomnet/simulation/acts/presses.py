"""How buttons are pressed at a counter, whatever they do."""

from typing import Any

from ecomnet.simulation.client import Answer, Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.tills import bring_half

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


def after_cash_is_fetched(
    counter: CounterOfDay, answer: Answer, what: str, path: str, body: dict[str, Any], *, key: str
) -> tuple[Answer, str]:
    """Where the drawer was too full for it, half is fetched and the button pressed anew: the answer, and its key.

    The refusal belongs to the first key for ever, so that this press has one of its own.
    """
    if answer.code != "ceiling_reached" or counter.clerk is None or not bring_half(counter, clerk=counter.clerk):
        return answer, key
    anew = f"{key}-anew"
    return counter.partner.post(what, path, body, key=anew), anew


def misread(code: str) -> str:
    """Another code of six digits."""
    return f"{(int(code) + 1) % 1_000_000:06}"
