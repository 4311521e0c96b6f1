"""Loans that are written off, and what comes in afterwards, over the API."""

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
from finance.loans.api.repayments import RepaymentIn
from finance.loans.models import Loan, LoanAdjustment
from finance.payments.api import PaymentOut
from finance.payments.api.sales import SaleView
from finance.payments.models import Payment
from finance.payments.services import Tender
from stations.accounts.models import User
from stations.current_station import counter_of

RECOVER = "finance.receive_recovery"


class ProposeWriteOffIn(serializers.Serializer):
    """Why nothing more is expected."""

    reason = Line(max_length=200)


class DecideAdjustmentIn(serializers.Serializer):
    """Which change (`id` of the one that was asked for), so that no other is decided."""

    proposal = serializers.UUIDField()


class LoanAdjustmentOut(ReadSerializer):
    """A change of a loan; once it is done, its amounts are what was given up, or what the new plan carries over.

    `asked` is what somebody asks to waive; `rate_ppm` a new rate, which holds for the nights from `valid_from` on.
    """

    id = serializers.UUIDField()
    loan = serializers.UUIDField(source="loan_id")
    kind = serializers.CharField()
    status = serializers.CharField()
    reason = serializers.CharField()
    principal = serializers.CharField()
    interest = serializers.CharField()
    penalty = serializers.CharField()
    currency = serializers.CharField(source="loan.currency")
    business_date = serializers.DateField(allow_null=True)
    installments = serializers.IntegerField(allow_null=True)
    grace_principal = serializers.IntegerField(allow_null=True)
    asked = serializers.CharField(allow_null=True)
    rate_ppm = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField(source="valid_from_date", allow_null=True)
    get_interest = staticmethod(lambda row: str(Money(row.interest_minor, row.loan.currency)))
    get_asked = staticmethod(lambda row: str(row.asked) if row.asked_minor else None)
    get_penalty = staticmethod(lambda row: str(Money(row.penalty_minor, row.loan.currency)))

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0fa1",
        "loan": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "kind": "write_off",
        "status": "asked",
        "reason": "moved away, no address",
        "principal": "0.00",
        "interest": "0.00",
        "penalty": "0.00",
        "currency": "CNY",
        "business_date": None,
        "installments": None,
        "grace_principal": None,
        "asked": None,
        "rate_ppm": None,
        "valid_from": None,
    }
    done_example: ClassVar[dict[str, Any]] = example | {
        "status": "done",
        "principal": "30000.00",
        "interest": "1867.50",
        "penalty": "2119.56",
        "business_date": "2027-12-22",
    }


class AdjustmentVerb(VerbView):
    """A verb that asks for a change of a loan, or decides on it."""

    one_object = True
    Out: ClassVar[Any] = LoanAdjustmentOut
    out_example: ClassVar[dict[str, Any]] = LoanAdjustmentOut.example
    in_example: ClassVar[dict[str, Any]] = {"proposal": LoanAdjustmentOut.example["id"]}

    def loan(self, user: User, pk: UUID) -> Loan:
        """The loan within reach of the verb."""
        return load(rows(), user, self.requires, pk=pk)


class ProposeWriteOff(AdjustmentVerb):
    """Ask to write off a loan that is late and wholly provided for."""

    requires = "finance.propose_write_off"
    In = ProposeWriteOffIn
    success_status = 201
    refusals = refused_by(services.propose_write_off)
    in_example: ClassVar[dict[str, Any]] = {"reason": "moved away, no address"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.propose_write_off(loan=self.loan(user, pk), **data, by=user, at=at)


class ApproveWriteOff(AdjustmentVerb):
    """Write off what a colleague of the lender has asked for."""

    requires = "finance.approve_write_off"
    In = DecideAdjustmentIn
    refusals = refused_by(services.approve_write_off)
    out_example = LoanAdjustmentOut.done_example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.approve_write_off(loan=self.loan(user, pk), **data, by=user, at=at)


class RejectWriteOff(AdjustmentVerb):
    """Let a loan run on that a colleague wanted to write off."""

    requires = "finance.reject_write_off"
    In = DecideAdjustmentIn
    refusals = refused_by(services.reject_write_off)
    out_example = LoanAdjustmentOut.example | {"status": "refused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.reject_write_off(loan=self.loan(user, pk), **data, by=user, at=at)


class ReceiveRecovery(SaleView):
    """Take in cash what comes in on a loan that was written off."""

    requires = RECOVER
    one_object = True
    success_status = 201
    In = RepaymentIn
    refusals = refused_by(services.receive_recovery)
    in_example: ClassVar[dict[str, Any]] = {"amount": "500.00"}
    out_example = PaymentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Payment:
        loan = load(rows(), user, RECOVER, pk=pk)
        return services.receive_recovery(
            loan=loan,
            amount=data["amount"].in_currency(loan.currency),
            station=counter_of(user, RECOVER),
            tender=Tender(payer=loan.borrower),
            by=user,
            at=at,
            key=key,
        )
