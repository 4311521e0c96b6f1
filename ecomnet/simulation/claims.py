"""At the insurer: two assessors decide what the counters have filed, an officer pays, the bank speaks."""

import time

from ecomnet.simulation.acts.claims import CLAIM
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case

#: How long checks, and then the bank, may take, in seconds.
DECIDED_WITHIN, LOOKS_EVERY = 60.0, 0.5
CHECKED, PAID = "checked", "paid"
FOUND, OVERRULED = "入户核实，情况属实", "已电话核实"


def decide_claims(counter: CounterOfDay, *, assessors: tuple[Client, Client], officer: Client) -> int:
    """Assess each claim of the day that stands, approve and pay it; how many were sent to the bank.

    All counters share a diary: any of them tells which day it is, and in which money.
    """
    stand = [case for case in counter.diary.cases if case.trade == CLAIM and not case.end]
    return sum(_decide(counter, case, assessors=assessors, officer=officer) for case in stand)


def await_claim_payments(*, officer: Client) -> int:
    """Wait until the bank has paid what was sent to it; how many claims are paid."""
    sent = [case for case in officer.diary.cases if case.trade == CLAIM and "approved" in case.about]
    until = time.monotonic() + DECIDED_WITHIN
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
    return _assess(counter, case, by=first) and _approve(counter, case, by=second) and _pay(counter, case, by=officer)


def _assess(counter: CounterOfDay, case: Case, *, by: Client) -> bool:
    """Propose what is to be paid; the same assessor then tries to approve it, too."""
    path, proposal = f"claims/{case.id}", {"words": "单据齐全", "override": OVERRULED}
    by.post("visit a family", f"{path}/review/", {"words": FOUND, "photos": []}, key=_key(counter, case, "review"))
    done = by.post("assess a claim", f"{path}/process/", proposal, key=_key(counter, case, "process"))
    if done.code:
        by.diary.note_trouble(f"{case.id}: a claim is not assessed: {done.body}")
        return False
    case.about["amount"] = by.get("look at a claim", f"{path}/")["assessed"]
    own = {"amount": case.about["amount"]}
    if not by.post("approve a claim", f"{path}/approve/", own, key=_key(counter, case, "own-approval")).code:
        by.diary.note_trouble(f"{case.id}: one assessor has assessed and approved")
    return True


def _approve(counter: CounterOfDay, case: Case, *, by: Client) -> bool:
    path, body = f"claims/{case.id}/approve/", {"amount": case.about["amount"]}
    approved = twice(counter, "approve a claim", path, body, key=_key(counter, case, "approve"), by=by)
    if approved.code:
        by.diary.note_trouble(f"{case.id}: a claim is not approved: {approved.body}")
        return False
    case.about["approved"] = counter.land.minor(body["amount"])
    return True


def _pay(counter: CounterOfDay, case: Case, *, by: Client) -> bool:
    return not twice(counter, "pay a claim", f"claims/{case.id}/pay/", {}, key=_key(counter, case, "pay"), by=by).code


def _is_checked(client: Client, case: Case) -> bool:
    until = time.monotonic() + DECIDED_WITHIN
    while (status := _status(client, case)) != CHECKED and time.monotonic() < until:
        time.sleep(LOOKS_EVERY)
    return status == CHECKED


def _status(client: Client, case: Case) -> str:
    return str(client.get("look at a claim", f"claims/{case.id}/").body.get("status", ""))


def _key(counter: CounterOfDay, case: Case, what: str) -> str:
    return f"{counter.edition}.{case.id}.{what}"
