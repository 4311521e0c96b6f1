"""What the night before has left: held days are closed by two officers, and partners check their statements."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from core.money import parse
from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay

REASON = "the drawer was counted again in the morning"


def close_held_days(*, first: Client, second: Client, edition: str, country: str) -> int:
    """One officer asks with a reason and presses the other's button too, another closes; how many days of a country."""
    closed = 0
    page = first.get("look at held days", "day-closes/", status="held", country=country)
    for held in page.body.get("results", []):
        path, key = f"day-closes/{held['id']}/close/", f"{edition}.day-close.{held['id']}"
        first.post("ask to close a held day", path, {"reason": REASON}, key=f"{key}.ask")
        first.post("close a held day", path, key=f"{key}.alone")
        answer = second.post("close a held day", path, key=f"{key}.close")
        closed += answer.body.get("status") == "closed"
    return closed


def check_statements(counters: Sequence[CounterOfDay]) -> int:
    """Every partner computes the seals of his last statements himself; what does not fit is trouble. How many."""
    checked = 0
    for counter in counters:
        for row in counter.partner.get("look at statements", "statements/", page_size="5").body.get("results", []):
            statement = counter.partner.get("look at a statement", f"statements/{row['id']}/").body
            for fault in faults_in(statement):
                counter.diary.note_trouble(f"statement {row['id']}: {fault}")
            checked += 1
    return checked


def faults_in(statement: dict[str, Any]) -> Iterable[str]:
    """What a payee finds who trusts nobody: a seal that does not fit, or figures that do not add up."""
    sums = {name: parse(statement[name], statement["currency"]).minor for name in _TERMS}
    left = sum(sign * sums[name] for name, sign in _TERMS.items())
    if left:
        yield f"it does not add up, by {left}"
    rows = orjson.dumps(statement["rows"])
    if hashlib.sha256(f"{statement['previous_sha256']}\n".encode() + rows).hexdigest() != statement["sha256"]:
        yield "the seal does not fit its rows"


_TERMS = {
    "opening": 1,
    "accrued": 1,
    "reversed": 1,
    "adjusted": 1,
    "tax": -1,
    "charges": -1,
    "payable": -1,
    "carried": -1,
}
