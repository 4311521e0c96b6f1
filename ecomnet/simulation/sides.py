"""What the judge is told of the company's side and of the counters' side."""

from typing import Any

from core.money import parse
from ecomnet.simulation.diary import Press
from ecomnet.simulation.judgement import Held, Theirs


def theirs_of(row: dict[str, Any]) -> Theirs:
    """A row of the sandbox's ledger."""
    minor = parse(row["amount"], row["currency"]).minor
    return Theirs(row["our_ref"], row["provider"], row["status"], minor, row["executions"])


def held_of(press: Press) -> Held:
    """One press of a button, with the slips that the counter was given for it."""
    totals = ((slip["kind"], _total(slip, press.currency)) for slip in press.slips)
    return Held(press.key, press.our_ref, parse(press.total, press.currency).minor, tuple(totals))


def _total(slip: dict[str, Any], currency: str) -> int:
    return next((parse(line["value"], currency).minor for line in slip["lines"] if line["name"] == "total"), 0)
