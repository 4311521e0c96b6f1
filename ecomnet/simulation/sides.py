"""What the judge is told of the company's side and of the counters' side."""

from typing import Any

from ecomnet.simulation.counter import minor
from ecomnet.simulation.diary import Press
from ecomnet.simulation.judgement import Held, Theirs


def theirs_of(row: dict[str, Any]) -> Theirs:
    """A row of the sandbox's ledger."""
    return Theirs(row["our_ref"], row["provider"], row["status"], minor(row["amount"]), row["executions"])


def held_of(press: Press) -> Held:
    """One press of a button, with the slips that the counter was given for it."""
    totals = (
        (slip["kind"], next((minor(line["value"]) for line in slip["lines"] if line["name"] == "total"), 0))
        for slip in press.slips
    )
    return Held(press.key, press.our_ref, minor(press.total), tuple(totals))
