"""Loans: each repayment is set on its loan once and whole, and a loan that was paid off owes nothing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from core.money import parse
from ecomnet.simulation.diary import Case
from ecomnet.simulation.judgement import DOUBLED, LOST, OPEN, Finding
from finance.loans.services import debt_of
from finance.models import Loan, LoanReceipt

LOAN, PAYOFF = "loan", "payoff"


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
