"""Repayments that are taken back, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from finance.loans import services
from finance.loans.api.loans import rows
from finance.loans.models import Loan, LoanReceipt, LoanReversal
from stations.accounts.models import User


class ReverseIn(serializers.Serializer):
    """Which payment of the loan (`receipt` of its latest payment), and why."""

    receipt = serializers.UUIDField()
    reason = Line(max_length=200)


class DecideReversalIn(serializers.Serializer):
    """Which proposal (`id` of the reversal that was asked for), so that no other is decided."""

    proposal = serializers.UUIDField()


class LoanReversalOut(ReadSerializer):
    """A payment that is, or is to be, taken back; `penalty` is what the nights since then cost after all."""

    id = serializers.UUIDField()
    loan = serializers.UUIDField(source="receipt.loan_id")
    receipt = serializers.UUIDField(source="receipt_id")
    payment = serializers.UUIDField(source="receipt.payment_id")
    amount = serializers.CharField(source="receipt.amount")
    penalty = serializers.CharField()
    currency = serializers.CharField(source="receipt.currency")
    reason = serializers.CharField()
    status = serializers.CharField()
    get_penalty = staticmethod(lambda row: str(Money(row.penalty_minor, row.receipt.currency)))

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f11",
        "loan": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "receipt": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f02",
        "amount": "2000.00",
        "penalty": "0.00",
        "currency": "CNY",
        "reason": "wrong loan",
        "status": "done",
    }


class _ReversalVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = LoanReversalOut
    out_example: ClassVar[dict[str, Any]] = LoanReversalOut.example
    in_example: ClassVar[dict[str, Any]] = {
        "receipt": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01",
        "reason": "wrong loan",
    }

    def loan(self, user: User, pk: UUID) -> Loan:
        """The loan within reach of the verb."""
        return load(rows(), user, self.requires, pk=pk)

    def about(self, loan: Loan, data: dict[str, Any]) -> dict[str, Any]:
        """The receipt itself in place of its id."""
        receipts = LoanReceipt.objects.filter(loan=loan).select_related("payment__station__county")
        return {"receipt": receipts.filter(pk=data["receipt"]).first() or LoanReceipt(), "reason": data["reason"]}


class ReverseReceipt(_ReversalVerb):
    """Take the latest payment back on its own day: its payer is owed the money."""

    requires = "finance.reverse_receipt"
    In = ReverseIn
    success_status = 201
    refusals = refused_by(services.reverse_receipt)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanReversal:
        loan = self.loan(user, pk)
        return services.reverse_receipt(loan=loan, **self.about(loan, data), by=user, at=at)


class ProposeReversal(_ReversalVerb):
    """Ask to take the latest payment back after its day; another person decides."""

    requires = "finance.propose_reversal"
    In = ReverseIn
    success_status = 201
    refusals = refused_by(services.propose_reversal)
    out_example = LoanReversalOut.example | {"status": "asked"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanReversal:
        loan = self.loan(user, pk)
        return services.propose_reversal(loan=loan, **self.about(loan, data), by=user, at=at)


class _DecideReversal(_ReversalVerb):
    In = DecideReversalIn
    in_example: ClassVar[dict[str, Any]] = {"proposal": LoanReversalOut.example["id"]}


class ApproveReversal(_DecideReversal):
    """Take back what another person has asked for: instalments, penalty and what the lender is owed follow."""

    requires = "finance.approve_reversal"
    refusals = refused_by(services.approve_reversal)
    out_example = LoanReversalOut.example | {"penalty": "15.09"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanReversal:
        return services.approve_reversal(loan=self.loan(user, pk), **data, by=user, at=at)


class RejectReversal(_DecideReversal):
    """Let a payment stand that another person wanted to take back."""

    requires = "finance.reject_reversal"
    refusals = refused_by(services.reject_reversal)
    out_example = LoanReversalOut.example | {"status": "refused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanReversal:
        return services.reject_reversal(loan=self.loan(user, pk), **data, by=user, at=at)
