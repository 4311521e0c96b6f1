"""Insurance claims: each stands as its counter and its assessors know it, and is paid once, what was approved."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.judgement import DOUBLED, LOST, OPEN, Finding
from finance.models import Claim, ClaimPayment

CLAIM = "claim"
STANDS = {DONE: (Claim.Status.PAID, Claim.Status.CLOSED), CANCELLED: (Claim.Status.WITHDRAWN,)}


def judge_claims(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare claims that these users have started since then with what counters and assessors know."""
    rows = Claim.objects.filter(filer__in=users, started_at__gte=since).prefetch_related("payments")
    ours = {str(row.pk): row for row in rows}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has started a claim, and our books do not know")
    for pk, row in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "a claim was started and no counter knows of it")
            continue
        yield from _compare(row, known[pk])


def _compare(row: Claim, case: Case) -> Iterable[Finding]:
    if not case.end:
        yield Finding(OPEN, case.id, f"the claim is {row.status}")
        return
    if row.status not in STANDS[case.end]:
        yield Finding(LOST, case.id, f"{row.status} with us, {case.end} at the counter")
    paid = sum(each.amount_minor for each in row.payments.all() if each.status == ClaimPayment.Status.PAID)
    approved = case.about.get("approved", 0)
    if paid != approved:
        yield Finding(LOST if paid < approved else DOUBLED, case.id, f"{approved} was approved, {paid} was paid")
