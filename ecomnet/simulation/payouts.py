"""In the evening: partners take money out of their floats, two officers release the payouts, the bank speaks.

The bank loses its answer to the file, sends one payout back, refuses another and calls back twice; the first officer
also presses the second one's button.
"""

import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from ecomnet.simulation.client import Client
from ecomnet.simulation.company import Company
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.judgement import DOUBLED, LOST, OPEN, Finding

WISHES = (
    {"match": {"kind": "payout_file"}, "do": "lose_answer", "times": 1},
    {"match": {"kind": "payout"}, "do": "reverse_later", "seconds": 1, "code": "limit", "times": 1},
    {"match": {"kind": "payout"}, "do": "decline", "code": "limit", "times": 1},
    {"match": {"kind": "payout"}, "do": "duplicate_callback", "times": 1},
)
ENDS = frozenset({"paid", "failed", "returned"})
#: What the bank calls what we call so.
THEIRS = {"paid": "succeeded", "failed": "failed", "returned": "returned"}
DECIDED_WITHIN, LOOKS_EVERY = 90.0, 0.5
#: How long after everything has ended somebody still looks for the payout that comes back.
RETURNED_WITHIN = 5.0


def release_payouts(
    counters: Sequence[CounterOfDay], *, first: Client, second: Client, company: Company, edition: str
) -> str:
    """Put a batch together, let another officer release it, and wait for the bank; where its payouts are listed, empty
    if there is none."""
    for counter in counters:
        _take_out(counter)
    company.wish(*WISHES)
    batch = first.post(
        "open a batch of payouts",
        "payout-batches/",
        {"country": counters[0].land.code, "currency": counters[0].land.currency},
        key=f"{edition}.payouts.open",
    )
    if batch.code:
        return ""
    path = f"payout-batches/{batch['id']}"
    if first.post("calculate payouts", f"{path}/calculate/", key=f"{edition}.payouts.calculate").code:
        return ""
    first.post("approve payouts", f"{path}/approve/", key=f"{edition}.payouts.own-approval")
    second.post("approve payouts", f"{path}/approve/", key=f"{edition}.payouts.approve")
    files = [second.post("export payouts", f"{path}/export/", key=f"{edition}.payouts.export.{no}") for no in (1, 2)]
    if len({answer.body.get("sha256") for answer in files}) > 1:
        first.diary.note_trouble("a file of payouts was exported twice and differs")
    lines = f"{path}/lines/"
    _wait_for_bank(first, lines)
    return lines


def payouts_in(client: Client, lines: str) -> list[dict[str, Any]]:
    """The payouts of a batch as they stand now: what was paid a moment ago may have come back since."""
    rows = client.get("look at payouts", lines, page_size="200").body.get("results", []) if lines else []
    return [row for row in rows if row["status"] != "left_out"]


def judge_payouts(ours: Iterable[dict[str, Any]], theirs: Iterable[dict[str, Any]]) -> list[Finding]:
    """Our payouts beside those that the bank has executed: each once, with the same amount and the same end."""
    known = {row["our_ref"]: row for row in theirs if row["kind"] == "payout"}
    return [finding for payout in ours for finding in _compare(payout, known.get(payout["our_ref"]))]


def _compare(payout: dict[str, Any], theirs: dict[str, Any] | None) -> Iterable[Finding]:
    ref, status = payout["our_ref"], payout["status"]
    if status not in ENDS:
        yield Finding(OPEN, ref, f"a payout is still {status}")
        return
    if theirs is None:
        yield Finding(LOST, ref, f"a payout is {status} with us, and the bank has never heard of it")
        return
    if theirs["executions"] > 1:
        yield Finding(DOUBLED, ref, "the bank has paid it more than once")
    if theirs["status"] != THEIRS[status] or Decimal(theirs["amount"]) != Decimal(payout["amount"]):
        said = f"{theirs['status']} of {theirs['amount']}"
        yield Finding(LOST, ref, f"a payout is {status} of {payout['amount']} with us, {said} at the bank")


def _take_out(counter: CounterOfDay) -> None:
    if counter.stage.mode == "prepaid":
        body = {"station": counter.stage.code, "amount": counter.land.written(counter.land.taken_out)}
        counter.partner.post("take money out of a float", "float-withdrawals/", body, key=counter.key(None, "take-out"))


def _wait_for_bank(client: Client, lines: str) -> None:
    """Until every payout of the batch has ended, and the one that the bank sends back is back."""
    until, ended_at = time.monotonic() + DECIDED_WITHIN, None
    while time.monotonic() < until:
        said = {row["status"] for row in payouts_in(client, lines)}
        if said <= ENDS:
            ended_at = ended_at or time.monotonic()
            if "returned" in said or time.monotonic() - ended_at > RETURNED_WITHIN:
                return
        time.sleep(LOOKS_EVERY)
