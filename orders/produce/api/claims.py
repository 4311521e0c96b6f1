"""Claims of buyers over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers

from core.access import load
from core.api import NonNegativeAmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from orders.produce import services
from orders.produce.models import BuyerClaim, LotSale
from orders.produce.models.claims import BuyerClaimQuerySet
from stations.accounts.models import User

READ = "orders.read_lot"


class BuyerClaimOut(ReadSerializer):
    """What a buyer wants back of a sale."""

    id = serializers.UUIDField()
    sale = serializers.UUIDField(source="sale_id")
    lot = serializers.UUIDField(source="sale.lot_id")
    buyer = serializers.CharField(source="sale.buyer.code")
    amount = serializers.CharField()
    currency = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.CharField()
    decision = serializers.CharField(allow_null=True)
    raised_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e51",
        "sale": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e41",
        "lot": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e31",
        "buyer": "nanjing",
        "amount": "30.00",
        "currency": "CNY",
        "reason": "坏果",
        "status": "raised",
        "decision": None,
        "raised_at": "2026-12-01T02:00:00.000Z",
        "decided_at": None,
    }


DECIDED = BuyerClaimOut.example | {"status": "accepted", "decided_at": "2026-12-01T06:00:00.000Z"}


class RaiseBuyerClaimIn(serializers.Serializer):
    """How much, and why."""

    amount = NonNegativeAmountField()
    reason = Line(max_length=200)


class AcceptBuyerClaimIn(serializers.Serializer):
    """What is said about it."""

    decision = Line(max_length=200, required=False, allow_blank=True)


class RejectBuyerClaimIn(serializers.Serializer):
    """Why the buyer gets nothing."""

    decision = Line(max_length=200)


class ClaimPages(CursorPages):
    """The newest first."""

    ordering = "-id"


@extend_schema(parameters=[OpenApiParameter("status", str, enum=BuyerClaim.Status.values)])
class BuyerClaims(generics.ListAPIView):
    """List claims of buyers within reach, newest first."""

    requires = READ
    serializer_class = BuyerClaimOut
    pagination_class = ClaimPages
    out_example = BuyerClaimOut.example

    def get_queryset(self) -> QuerySet[BuyerClaim]:
        rows = _claims().open_to(self.request.user, READ)
        status = self.request.query_params.get("status")
        return rows.filter(status=status) if status in BuyerClaim.Status.values else rows


class RaiseClaim(VerbView):
    """Write down what a buyer wants back of a delivered sale."""

    requires = "orders.raise_claim"
    one_object = True
    In = RaiseBuyerClaimIn
    Out = BuyerClaimOut
    success_status = 201
    refusals = refused_by(services.raise_claim)
    in_example: ClassVar[dict[str, Any]] = {"amount": "30.00", "reason": "坏果"}
    out_example = BuyerClaimOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BuyerClaim:
        sale = load(LotSale.objects.select_related("lot__station", "buyer"), user, self.requires, pk=pk)
        amount = data["amount"].in_currency(sale.currency)
        if amount.minor <= 0:
            raise services.ClaimTooLarge(field="amount", left=sale.amount.display())
        return services.raise_claim(sale=sale, amount=amount, reason=data["reason"], by=user, at=at)


class _ClaimVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = BuyerClaimOut

    def claim(self, user: User, pk: UUID) -> BuyerClaim:
        """The claim, within reach of who acts."""
        return load(_claims(), user, self.requires, pk=pk)


class AcceptClaim(_ClaimVerb):
    """Accept a buyer's claim: the reserve bears it, the platform the rest."""

    requires = "orders.accept_claim"
    In = AcceptBuyerClaimIn
    refusals = refused_by(services.accept_claim)
    in_example: ClassVar[dict[str, Any]] = {"decision": "照片看得清"}
    out_example = DECIDED | {"decision": "照片看得清"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BuyerClaim:
        return services.accept_claim(claim=self.claim(user, pk), **data, by=user, at=at)


class RejectClaim(_ClaimVerb):
    """Reject a buyer's claim."""

    requires = "orders.reject_claim"
    In = RejectBuyerClaimIn
    refusals = refused_by(services.reject_claim)
    in_example: ClassVar[dict[str, Any]] = {"decision": "签收时是好的"}
    out_example = DECIDED | {"status": "rejected", "decision": "签收时是好的"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> BuyerClaim:
        return services.reject_claim(claim=self.claim(user, pk), **data, by=user, at=at)


def _claims() -> BuyerClaimQuerySet:
    rows: BuyerClaimQuerySet = BuyerClaim.objects.select_related("sale__lot__station__county", "sale__buyer")
    return rows
