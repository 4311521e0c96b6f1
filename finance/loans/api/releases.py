"""Groups that are released from a loan of a member that was written off, over the API."""

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
    "kind": "release_group",
    "reason": "paid for the flood out of their own pockets",
}


class ProposeReleaseIn(serializers.Serializer):
    """Why the others need not stand up for it any more."""

    reason = Line(max_length=200)


class ProposeGroupRelease(AdjustmentVerb):
    """Ask to release a group from a loan that was written off."""

    requires = "finance.propose_group_release"
    In = ProposeReleaseIn
    success_status = 201
    refusals = refused_by(services.propose_group_release)
    in_example: ClassVar[dict[str, Any]] = {"reason": ASKED["reason"]}
    out_example = ASKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.propose_group_release(loan=self.loan(user, pk), **data, by=user, at=at)


class ApproveGroupRelease(AdjustmentVerb):
    """Release the group for which the county has asked."""

    requires = "finance.approve_group_release"
    In = DecideAdjustmentIn
    refusals = refused_by(services.approve_group_release)
    out_example = ASKED | {"status": "done", "business_date": "2027-12-22"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.approve_group_release(loan=self.loan(user, pk), **data, by=user, at=at)


class RejectGroupRelease(AdjustmentVerb):
    """Hold the group to its promise."""

    requires = "finance.reject_group_release"
    In = DecideAdjustmentIn
    refusals = refused_by(services.reject_group_release)
    out_example = ASKED | {"status": "refused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.reject_group_release(loan=self.loan(user, pk), **data, by=user, at=at)
