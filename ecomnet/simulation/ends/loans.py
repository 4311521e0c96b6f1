"""Loans: each repayment is set on its loan once and whole, a loan that was paid off owes nothing, and a new plan that
was signed is one contract, to which two people have agreed; what was written off was by two people and once.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from core.money import parse
from ecomnet.simulation.diary import Case
from ecomnet.simulation.judgement import DOUBLED, LOST, OPEN, Finding
from finance.loans.services import debt_of
from finance.models import Loan, LoanAdjustment, LoanReceipt

LOAN, PAYOFF, RECOVERY = "loan", "payoff", "recovery"
NEW_PLAN, WRITE_OFF = "new_plan", "write_off"


def judge_loans(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare what these users have taken on loans since then with the slips that were given out for it."""
    receipts = LoanReceipt.objects.filter(taken_by__in=users, taken_at__gte=since).select_related("loan")
    ours = {str(receipt.payment_id): receipt for receipt in receipts}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a loan was repaid, and its book does not know")
    for pk, receipt in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "a repayment was taken and no counter knows of it")
            continue
        yield from _compare(receipt, known[pk])


def _compare(receipt: LoanReceipt, case: Case) -> Iterable[Finding]:
    paid = sum(parse(press.total, press.currency).minor for press in case.presses)
    if receipt.amount_minor != paid:
        kind = LOST if receipt.amount_minor < paid else DOUBLED
        yield Finding(kind, case.id, f"{paid} was paid on the loan, and its book counts {receipt.amount_minor}")
    if str(receipt.loan_id) != case.about["loan"]:
        yield Finding(LOST, case.id, "it was set on another loan than the one that was paid")
    loan = receipt.loan
    if case.about["kind"] == PAYOFF and (loan.status != Loan.Status.REPAID or debt_of(loan)):
        yield Finding(OPEN, case.id, f"the loan is {loan.status} and owes {debt_of(loan)}")
    if (case.about["kind"] == RECOVERY) != (receipt.kind == LoanReceipt.Kind.RECOVERY):
        yield Finding(LOST, case.id, f"it was paid as {case.about['kind']}, and its book calls it {receipt.kind}")


def judge_new_plans(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare the plans that borrowers have signed today with the contracts of their loans."""
    for case in cases:
        done = list(LoanAdjustment.objects.filter(loan=UUID(case.id), status="done", pk=case.about["proposal"]))
        contracts = Loan.objects.get(pk=UUID(case.id)).contracts.filter(signed_at__gte=since).count()
        if len(done) != 1 or not contracts:
            yield Finding(LOST, case.id, "a borrower has signed a new plan, and the loan runs on the one before")
        if contracts > 1:
            yield Finding(DOUBLED, case.id, f"one new plan was signed, and the loan has {contracts} contracts of today")
        if any(each.asked_by_id == each.decided_by_id for each in done):
            yield Finding(OPEN, case.id, "the same officer has asked for a new plan and agreed to it")


def judge_write_offs(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare what was written off today with the loans and with their lenders' books."""
    for case in cases:
        loan = Loan.objects.get(pk=UUID(case.id))
        done = loan.adjustments.filter(kind=LoanAdjustment.Kind.WRITE_OFF, status=LoanAdjustment.Status.DONE)
        by_proposal = done.filter(pk=case.about["proposal"]).first()
        if loan.status != Loan.Status.WRITTEN_OFF or by_proposal is None:
            yield Finding(LOST, case.id, f"two people have written it off, and it is {loan.status}")
            continue
        if by_proposal.given_up != loan.written_off:
            yield Finding(OPEN, case.id, f"{by_proposal.given_up} was written off, its book says {loan.written_off}")
        if debt_of(loan):
            yield Finding(DOUBLED, case.id, f"it was written off and still owes {debt_of(loan)}")
        if by_proposal.asked_by_id == by_proposal.decided_by_id:
            yield Finding(OPEN, case.id, "the same officer has asked for a write-off and decided on it")
