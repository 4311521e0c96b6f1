"""What was earned, and the plans that say so, over the API."""

import datetime as dt
from typing import Any, ClassVar, NamedTuple

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import demand, load
from core.api import SignedAmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import decimal_text
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.fees import services
from finance.fees.display import explain, story
from finance.fees.models import Adjustment, CommissionLine, CommissionPlan
from finance.fees.queries import Party, adjustable_accounts, parties_of
from finance.settlement.queries.states import LineState, states_of
from stations.accounts.models import User

READ, ADJUST = "finance.read_own_earnings", "finance.adjust_account"


class Earned(NamedTuple):
    """A line, and how far it is on its way to a statement."""

    line: CommissionLine
    state: LineState


class EarningOut(ReadSerializer):
    """One line of one's own commission."""

    id = serializers.UUIDField(source="line.pk")
    service = serializers.CharField(source="line.service")
    station = serializers.CharField(source="line.station.code")
    base = serializers.CharField()
    amount = serializers.CharField(source="line.amount")
    currency = serializers.CharField(source="line.currency")
    state = serializers.ChoiceField(LineState.choices)
    accrued_at = serializers.DateTimeField(source="line.accrued_at")
    eligible_at = serializers.DateTimeField(source="line.eligible_at")

    @staticmethod
    def get_base(row: Earned) -> str:
        """What the rate was taken of."""
        return decimal_text(row.line.base_minor, row.line.currency)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0011",
        "service": "bill_payment",
        "station": "321324-0007",
        "base": "186.40",
        "amount": "1.00",
        "currency": "CNY",
        "state": "eligible",
        "accrued_at": "2026-11-25T02:52:00.000Z",
        "eligible_at": "2026-11-25T02:52:00.000Z",
    }


class PartyOut(ReadSerializer):
    """Who earned which part of the same sale."""

    beneficiary = serializers.CharField(source="name")
    amount = serializers.CharField()
    is_me = serializers.BooleanField()


class WhyOut(EarningOut):
    """A line with its reason: the sentence, the rule's facts, and who else earned."""

    sentence = serializers.CharField()
    steps = serializers.ListField(child=serializers.CharField(), help_text="The arithmetic, sentence by sentence.")
    explanation = serializers.DictField(source="line.explanation")
    parties = PartyOut(many=True)

    @staticmethod
    def get_sentence(row: Earned) -> str:
        """The rule as people say it."""
        return explain(row.line)

    @staticmethod
    def get_steps(row: Earned) -> list[str]:
        """How the amount came about."""
        return story(row.line)

    @staticmethod
    def get_parties(row: Earned) -> list[Party]:
        """Everybody who earned from the same sale."""
        return parties_of(row.line)


class PlanOut(ReadSerializer):
    """A version of a commission plan."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    from_date = serializers.DateField()


class EarningPages(CursorPages):
    ordering = "-id"


class Earnings(APIView):
    """List one's own commission, newest first."""

    requires = READ
    pagination_class = EarningPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=EarningOut(many=True))
    def get(self, request: Any) -> Response:
        pages = self.pagination_class()
        page = pages.paginate_queryset(_own(request.user), request, view=self) or []
        states = states_of(page, at=now())
        rows = [Earned(line, states[line.pk]) for line in page]
        return pages.get_paginated_response(EarningOut(rows, many=True).data)


class WhyEarned(APIView):
    """Explain a commission line: the rule, the arithmetic and who else earned."""

    requires = READ
    one_object = True

    @extend_schema(responses=WhyOut)
    def get(self, request: Any, pk: Any) -> Response:
        line = _own(request.user).select_related("rule__plan", "reverses__rule__plan").filter(pk=pk).first()
        if line is None:
            raise Http404
        demand(request.user, READ)
        return Response(WhyOut(Earned(line, states_of([line], at=now())[line.pk])).data)


class ApprovePlan(VerbView):
    """Approve a commission plan: it is in force from its date; by another person than drew it up."""

    requires = "finance.approve_commission_plan"
    one_object = True
    Out = PlanOut
    refusals = refused_by(services.approve_commission_plan)
    out_example = {"id": 3, "code": "standard", "version": 2, "status": "approved", "from_date": "2027-01-01"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> CommissionPlan:
        plan = load(CommissionPlan.objects, user, self.requires, pk=pk)
        return services.approve_commission_plan(plan=plan, by=user, at=at)


class RetirePlan(VerbView):
    """Retire a commission plan whose time has passed."""

    requires = "finance.approve_commission_plan"
    one_object = True
    Out = PlanOut
    refusals = refused_by(services.retire_commission_plan)
    out_example = {"id": 2, "code": "standard", "version": 1, "status": "retired", "from_date": "2026-01-01"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> CommissionPlan:
        plan = load(CommissionPlan.objects, user, self.requires, pk=pk)
        return services.retire_commission_plan(plan=plan, by=user, at=at)


class AdjustmentIn(serializers.Serializer):
    """Which event on which payee's account, and by how much; negative takes from the account."""

    account = serializers.CharField(max_length=80)
    event_type = serializers.CharField(max_length=40, default="payment")
    event_id = serializers.CharField(max_length=64)
    amount = SignedAmountField()
    reason = serializers.ChoiceField(Adjustment.Reason.choices)
    text = Line(max_length=300)


class AdjustmentOut(ReadSerializer):
    """A correction of one event on a payee's account."""

    id = serializers.UUIDField(source="pk")
    account = serializers.CharField(source="account.code")
    event_type = serializers.CharField()
    event_id = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    reason = serializers.CharField()
    text = serializers.CharField()
    status = serializers.CharField()
    made_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    eligible_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0012",
        "account": "commission:0193f0c27a117c559a3e5b1d2f6a0003",
        "event_type": "payment",
        "event_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
        "amount": "-1.00",
        "currency": "CNY",
        "reason": "duplicate",
        "text": "counted twice",
        "status": "proposed",
        "made_at": "2026-11-25T03:00:00.000Z",
        "checked_at": None,
        "eligible_at": None,
    }


class AdjustmentPages(CursorPages):
    ordering = "-id"


class Adjustments(VerbView):
    """Propose a correction."""

    requires = ADJUST
    pagination_class = AdjustmentPages
    reads = "finance.read_adjustment"
    In = AdjustmentIn
    Out = AdjustmentOut
    success_status = 201
    refusals = refused_by(services.propose_adjustment)
    in_example: ClassVar[dict[str, Any]] = {
        name: AdjustmentOut.example[name] for name in ("account", "event_type", "event_id", "amount", "reason", "text")
    }
    out_example = AdjustmentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Adjustment:
        account = get_object_or_404(adjustable_accounts(user), code=data["account"])
        return services.propose_adjustment(
            account=account,
            event_type=data["event_type"],
            event_id=data["event_id"],
            amount=data["amount"].in_currency(account.currency),
            reason=data["reason"],
            text=data["text"],
            by=user,
            at=at,
        )

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=AdjustmentOut(many=True))
    def get(self, request: Any) -> Response:
        """List corrections, newest first."""
        pages = self.pagination_class()
        rows = Adjustment.objects.open_to(request.user, self.reads).select_related("account")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(AdjustmentOut(page, many=True).data)


class AdjustmentVerb(VerbView):
    """A verb of one correction."""

    requires = ADJUST
    one_object = True
    Out = AdjustmentOut

    def adjustment(self, user: User, pk: Any) -> Adjustment:
        """The correction, where a post with this verb reaches it."""
        return load(Adjustment.objects.select_related("account__book"), user, self.requires, pk=pk)


class ApproveAdjustment(AdjustmentVerb):
    """Approve a correction: post it and tell the payee; by another person than proposed it."""

    refusals = refused_by(services.approve_adjustment)
    out_example: ClassVar[dict[str, Any]] = {
        **AdjustmentOut.example,
        "status": "approved",
        "checked_at": "2026-11-25T04:00:00.000Z",
        "eligible_at": "2026-11-25T04:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Adjustment:
        return services.approve_adjustment(adjustment=self.adjustment(user, pk), by=user, at=at)


class RejectAdjustment(AdjustmentVerb):
    """Reject a correction; by another person than proposed it."""

    refusals = refused_by(services.reject_adjustment)
    out_example: ClassVar[dict[str, Any]] = {
        **AdjustmentOut.example,
        "status": "rejected",
        "checked_at": "2026-11-25T04:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Adjustment:
        return services.reject_adjustment(adjustment=self.adjustment(user, pk), by=user, at=at)


def _own(user: User) -> Any:
    return CommissionLine.objects.filter(payee=user.pk).select_related("station")
