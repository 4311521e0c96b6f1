"""What was earned, and the plans that say so, over the API."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import VerbView
from core.errors import SamePerson
from core.money import Money
from core.pages import CursorPages
from finance.fees import services
from finance.fees.models import CommissionLine, CommissionPlan
from finance.fees.queries import parties_of
from finance.fees.words import explain

READ = "finance.read_own_earnings"


class EarningOut(serializers.Serializer):
    """One line of one's own commission."""

    id = serializers.UUIDField()
    service = serializers.CharField()
    station = serializers.CharField()
    base = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    accrued_at = serializers.DateTimeField()
    eligible_at = serializers.DateTimeField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0011",
        "service": "bill_payment",
        "station": "321324-0007",
        "base": "186.40",
        "amount": "1.00",
        "currency": "CNY",
        "accrued_at": "2026-11-25T02:52:00Z",
        "eligible_at": "2026-11-25T02:52:00Z",
    }


class PartyOut(serializers.Serializer):
    """Who earned which part of the same sale."""

    beneficiary = serializers.CharField()
    amount = serializers.CharField()
    is_me = serializers.BooleanField()


class WhyOut(EarningOut):
    """A line with its reason: the sentence, the rule's facts, and who else earned."""

    sentence = serializers.CharField()
    explanation = serializers.DictField()
    parties = PartyOut(many=True)


class PlanOut(serializers.Serializer):
    """A version of a commission plan."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    from_date = serializers.DateField()


class EarningPages(CursorPages):
    ordering = "-id"


class Earnings(APIView):
    """One's own commission, newest first."""

    requires = READ

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=EarningOut(many=True))
    def get(self, request: Any) -> Response:
        pages = EarningPages()
        page = pages.paginate_queryset(_own(request.user), request, view=self)
        return pages.get_paginated_response([earning_out(line) for line in page])


class WhyEarned(APIView):
    """Why one line is what it is."""

    requires = READ

    @extend_schema(responses=WhyOut)
    def get(self, request: Any, pk: Any) -> Response:
        line = _own(request.user).filter(pk=pk).first()
        if line is None:
            raise Http404
        parties = [
            {"beneficiary": party.name, "amount": str(party.amount), "is_me": party.is_me} for party in parties_of(line)
        ]
        extra = {"sentence": explain(line), "explanation": line.explanation, "parties": parties}
        return Response({**earning_out(line), **extra})


class ApprovePlan(VerbView):
    """Put a draft in force from its date; by another person than drew it up."""

    requires = "finance.approve_commission_plan"
    Out = PlanOut
    refusals = (SamePerson, services.PlanStartsTooEarly, services.PlanIsEmpty)
    out_example = {"id": 3, "code": "standard", "version": 2, "status": "approved", "from_date": "2027-01-01"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, pk: int) -> dict[str, Any]:
        plan = CommissionPlan.objects.filter(pk=pk).first()
        if plan is None:
            raise Http404
        plan = services.approve_commission_plan(plan=plan, by=user, at=at)
        return {
            "id": plan.pk,
            "code": plan.code,
            "version": plan.version,
            "status": plan.status,
            "from_date": plan.from_date,
        }


def earning_out(line: CommissionLine) -> dict[str, Any]:
    """A line as the API shows it."""
    return {
        "id": str(line.pk),
        "service": line.service,
        "station": line.station.code,
        "base": str(Money(line.base_minor, line.currency)),
        "amount": str(line.amount),
        "currency": line.currency,
        "accrued_at": line.accrued_at,
        "eligible_at": line.eligible_at,
    }


def _own(user: Any) -> Any:
    return CommissionLine.objects.filter(payee=user.pk).select_related("station")
