"""At the insurer: two assessors decide what the counters have filed, an officer pays, the bank speaks."""

import time
from collections.abc import Sequence

from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case

CLAIM = "claim"
#: How long checks, and then the bank, may take, in seconds.
DECIDED_WITHIN, LOOKS_EVERY = 60.0, 0.5
CHECKED, PROCESSED, PAID, RETURNED = "checked", "processed", "paid", "payment_returned"
FOUND, OVERRULED = "入户核实，情况属实", "已电话核实"


def decide_claims(counters: Sequence[CounterOfDay], *, assessors: tuple[Client, Client], officer: Client) -> int:
    """Assess each claim that stands, approve and pay it; how many were sent to the bank."""
    if not counters:
        return 0
    open_cases = [case for case in counters[0].diary.cases if case.trade == CLAIM and not case.end]
    return sum(_decide(counters[0], case, assessors=assessors, officer=officer) for case in open_cases)


def await_claim_payments(counters: Sequence[CounterOfDay], *, officer: Client, within: float = DECIDED_WITHIN) -> int:
    """Wait until the bank has paid what was sent to it; how many claims are paid."""
    sent = [
        case
        for counter in counters[:1]
        for case in counter.diary.cases
        if case.trade == CLAIM and "approved" in case.about
    ]
    until = time.monotonic() + within
    while (waiting := [case for case in sent if not case.end]) and time.monotonic() < until:
        for case in waiting:
            if _status(officer, case) == PAID:
                case.end = DONE
        time.sleep(LOOKS_EVERY)
    for case in waiting:
        officer.diary.note_trouble(f"{case.id}: the bank does not pay: {_status(officer, case)}")
    return len(sent) - len(waiting)


def _decide(counter: CounterOfDay, case: Case, *, assessors: tuple[Client, Client], officer: Client) -> bool:
    first, second = assessors
    if not _is_checked(first, case):
        first.diary.note_trouble(f"{case.id}: a claim is not checked: {_status(first, case)}")
        return False
    path = f"claims/{case.id}"
    proposal = {"words": "单据齐全", "override": OVERRULED}
    first.post("visit a family", f"{path}/review/", {"words": FOUND, "photos": []}, key=_key(counter, case, "review"))
    done = first.post("assess a claim", f"{path}/process/", proposal, key=_key(counter, case, "process"))
    if done.code:
        first.diary.note_trouble(f"{case.id}: a claim is not assessed: {done.body}")
        return False
    amount = {"amount": first.get("look at a claim", f"{path}/")["assessed"]}
    own = first.post("approve a claim", f"{path}/approve/", amount, key=_key(counter, case, "own-approval"))
    if not own.code:
        first.diary.note_trouble(f"{case.id}: one assessor has assessed and approved: {own.body}")
    for _again in range(2):
        approved = second.post("approve a claim", f"{path}/approve/", amount, key=_key(counter, case, "approve"))
    if approved.code:
        second.diary.note_trouble(f"{case.id}: a claim is not approved: {approved.body}")
        return False
    for _again in range(2):
        sent = officer.post("pay a claim", f"{path}/pay/", {}, key=_key(counter, case, "pay"))
    case.about["approved"] = counter.land.minor(amount["amount"])
    return not sent.code


def _is_checked(client: Client, case: Case) -> bool:
    until = time.monotonic() + DECIDED_WITHIN
    while (status := _status(client, case)) != CHECKED and time.monotonic() < until:
        time.sleep(LOOKS_EVERY)
    return status == CHECKED


def _status(client: Client, case: Case) -> str:
    return str(client.get("look at a claim", f"claims/{case.id}/").body.get("status", ""))


def _key(counter: CounterOfDay, case: Case, what: str) -> str:
    return f"{counter.edition}.{case.id}.{what}"
