"""Penalties and interest of loans that two officers waive, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from core.api import AmountField
from core.errors import refused_by
from core.language.typed import Line
from finance.loans import services
from finance.loans.api.write_offs import AdjustmentVerb, DecideAdjustmentIn, LoanAdjustmentOut
from finance.loans.models import LoanAdjustment
from stations.accounts.models import User

ASKED: dict[str, Any] = LoanAdjustmentOut.example | {
    "kind": "waive_penalty",
    "reason": "flooded in July",
    "asked": "20.96",
}


class ProposeWaiverIn(serializers.Serializer):
    """Penalties or interest, how much of what is due, and why."""

    kind = serializers.ChoiceField(choices=[(each.value, each.label) for each in LoanAdjustment.WAIVERS])
    amount = AmountField()
    reason = Line(max_length=200)


class ProposeWaiver(AdjustmentVerb):
    """Ask to waive penalties or interest that are due; a second officer decides."""

    requires = "finance.propose_waiver"
    In = ProposeWaiverIn
    success_status = 201
    refusals = refused_by(services.propose_waiver)
    in_example: ClassVar[dict[str, Any]] = {"kind": "waive_penalty", "amount": "20.96", "reason": ASKED["reason"]}
    out_example = ASKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        loan = self.loan(user, pk)
        amount = data.pop("amount").in_currency(loan.currency)
        return services.propose_waiver(loan=loan, amount=amount, **data, by=user, at=at)


class ApproveWaiver(AdjustmentVerb):
    """Waive what a colleague has asked for."""

    requires = "finance.approve_waiver"
    In = DecideAdjustmentIn
    refusals = refused_by(services.approve_waiver)
    out_example = ASKED | {"status": "done", "penalty": "20.96", "business_date": "2027-01-14"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.approve_waiver(loan=self.loan(user, pk), **data, by=user, at=at)


class RejectWaiver(AdjustmentVerb):
    """Leave owed what a colleague wanted to waive."""

    requires = "finance.reject_waiver"
    In = DecideAdjustmentIn
    refusals = refused_by(services.reject_waiver)
    out_example = ASKED | {"status": "refused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.reject_waiver(loan=self.loan(user, pk), **data, by=user, at=at)
