"""Rates of running loans that two officers change with notice to the borrower, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from core.errors import refused_by
from core.language.typed import Line
from finance.loans import services
from finance.loans.api.write_offs import AdjustmentVerb, DecideAdjustmentIn, LoanAdjustmentOut
from finance.loans.models import LoanAdjustment
from stations.accounts.models import User

ASKED: dict[str, Any] = LoanAdjustmentOut.example | {
    "kind": "rate_change",
    "reason": "the reference rate was lowered",
    "rate_ppm": 98_000,
    "valid_from": "2027-03-01",
}


class ProposeRateChangeIn(serializers.Serializer):
    """The rate (parts per million a year, or a period of the product), the first day of it, and why."""

    rate_ppm = serializers.IntegerField(min_value=0, max_value=10_000_000)
    valid_from = serializers.DateField()
    reason = Line(max_length=200)


class ProposeRateChange(AdjustmentVerb):
    """Ask for another rate from a day to come on; a second officer decides."""

    requires = "finance.propose_rate_change"
    In = ProposeRateChangeIn
    success_status = 201
    refusals = refused_by(services.propose_rate_change)
    in_example: ClassVar[dict[str, Any]] = {name: ASKED[name] for name in ("rate_ppm", "valid_from", "reason")}
    out_example = ASKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.propose_rate_change(loan=self.loan(user, pk), **data, by=user, at=at)


class ApproveRateChange(AdjustmentVerb):
    """Agree to the rate that a colleague has asked for; the borrower is told."""

    requires = "finance.approve_rate_change"
    In = DecideAdjustmentIn
    refusals = refused_by(services.approve_rate_change)
    out_example = ASKED | {"status": "agreed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.approve_rate_change(loan=self.loan(user, pk), **data, by=user, at=at)


class RejectRateChange(AdjustmentVerb):
    """Leave the rate as it is: of a colleague's proposal, or of one that was agreed and does not hold yet."""

    requires = "finance.reject_rate_change"
    In = DecideAdjustmentIn
    refusals = refused_by(services.reject_rate_change)
    out_example = ASKED | {"status": "refused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.reject_rate_change(loan=self.loan(user, pk), **data, by=user, at=at)
