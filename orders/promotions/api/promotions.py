"""The verbs of promotions over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load, may_everywhere
from core.api import VerbView
from core.errors import refused_by
from core.money import zero
from core.web.pagination import CursorPages
from orders.catalog.models import Category, Supplier
from orders.catalog.queries import variant_called
from orders.promotions import services
from orders.promotions.api.fields import (
    APPROVED,
    ENDED,
    IN_EXAMPLE,
    REJECTED,
    PromotionDetailOut,
    PromotionEvidenceIn,
    PromotionIn,
    PromotionOut,
    PromotionQuery,
    PromotionReasonIn,
)
from orders.promotions.models import Promotion
from orders.promotions.queries import counties_open, promotions, shop_called
from orders.shops.models import Shop
from stations.accounts.models import User
from stations.places.models import Division

READ, PREPARE = "orders.read_promotion", "orders.prepare_promotion"


class PromotionPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class Promotions(VerbView):
    """Prepare a promotion for a county, or for every county with its currency; another person approves it."""

    requires, reads = PREPARE, READ
    pagination_class = PromotionPages
    In = PromotionIn
    Out = PromotionOut
    success_status = 201
    refusals = refused_by(services.prepare_promotion)
    in_example = IN_EXAMPLE
    out_example = PromotionOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Promotion:
        return services.prepare_promotion(
            terms=_terms(data),
            name=data["name"],
            name_zh=data["name_zh"],
            county=_county(user, data.get("county")),
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=PromotionOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List promotions within reach, newest first; `status` leaves those in one state."""
        query = PromotionQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = promotions().open_to(request.user, READ).filter(**query.validated_data)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(PromotionOut(page, many=True).data)


class PromotionDetail(APIView):
    """Get a promotion with its articles, who bears it, and its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=PromotionDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PromotionDetailOut(load(promotions(), request.user, READ, pk=pk)).data)


class _PromotionVerb(VerbView):
    one_object = True
    Out = PromotionOut

    def promotion(self, user: User, pk: UUID) -> Promotion:
        """The promotion, within reach of who acts."""
        return load(promotions(), user, self.requires, pk=pk)


class AgreeToPromotion(_PromotionVerb):
    """Agree for the county to bear its share of a promotion."""

    requires = "orders.agree_to_promotion"
    refusals = refused_by(services.agree_to_promotion)
    out_example = PromotionOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Promotion:
        return services.agree_to_promotion(promotion=self.promotion(user, pk), by=user, at=at)


class RecordSupplierAgreement(_PromotionVerb):
    """Record that the supplier agreed to bear its share."""

    requires = "orders.record_supplier_agreement"
    In = PromotionEvidenceIn
    refusals = refused_by(services.record_supplier_agreement)
    in_example: ClassVar[dict[str, Any]] = {"evidence": "供货商确认函 2026-11-03"}
    out_example = PromotionOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Promotion:
        return services.record_supplier_agreement(promotion=self.promotion(user, pk), **data, by=user, at=at)


class ApprovePromotion(_PromotionVerb):
    """Approve a promotion that another person has prepared; orders get it from its first day on."""

    requires = "orders.approve_promotion"
    refusals = refused_by(services.approve_promotion)
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Promotion:
        return services.approve_promotion(promotion=self.promotion(user, pk), by=user, at=at)


class RejectPromotion(_PromotionVerb):
    """Reject a promotion that another person has prepared."""

    requires = "orders.reject_promotion"
    In = PromotionReasonIn
    refusals = refused_by(services.reject_promotion)
    in_example: ClassVar[dict[str, Any]] = {"reason": "预算太高"}
    out_example = REJECTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Promotion:
        return services.reject_promotion(promotion=self.promotion(user, pk), **data, by=user, at=at)


class EndPromotion(_PromotionVerb):
    """End a promotion before its last day; orders that were begun keep it."""

    requires = "orders.end_promotion"
    In = PromotionReasonIn
    refusals = refused_by(services.end_promotion)
    in_example: ClassVar[dict[str, Any]] = {"reason": "供货商停产"}
    out_example = ENDED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Promotion:
        return services.end_promotion(promotion=self.promotion(user, pk), **data, by=user, at=at)


def _county(user: User, code: str | None) -> Division | None:
    """The county of this code within reach; without a code all of them, for a post of the network."""
    if not code:
        if not may_everywhere(user, PREPARE):
            raise PermissionDenied
        return None
    county = counties_open(user, PREPARE).filter(code=code).first()
    if county is None:
        raise ValidationError({"county": ["No county within reach has this code."]})
    return county


def _terms(data: dict[str, Any]) -> services.Terms:
    currency = data["currency"]
    amount = data["amount"].in_currency(currency).minor if "amount" in data else 0
    least = data["min_goods"].in_currency(currency) if "min_goods" in data else zero(currency)
    is_percent = data["kind"] in Promotion.IN_BASIS_POINTS
    return services.Terms(
        code=data["code"],
        kind=data["kind"],
        value=data.get("percent_bp", 0) if is_percent else amount,
        budget=data["budget"].in_currency(currency),
        shares={each["party"]: each["share_bp"] for each in data["bearers"]},
        from_date=data["from_date"],
        to_date=data["to_date"],
        needs_coupon=data["needs_coupon"],
        audience=data["audience"],
        category=_called(Category, "category", data),
        supplier=_called(Supplier, "supplier", data),
        shop=_shop(data),
        articles=_articles(data),
        min_goods=least,
        priority=data["priority"],
        per_villager_limit=data.get("per_villager_limit"),
    )


def _called(model: Any, name: str, data: dict[str, Any]) -> Any:
    code = data.get(name)
    if not code:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        raise ValidationError({name: ["There is none of this code."]})
    return found


def _shop(data: dict[str, Any]) -> Shop | None:
    ref = data.get("shop")
    found = shop_called(ref) if ref else None
    if ref and found is None:
        raise ValidationError({"shop": ["No shop that is open has this address."]})
    return found


def _articles(data: dict[str, Any]) -> list[services.BundleArticle]:
    found = []
    for number, line in enumerate(data.get("articles", []), start=1):
        variant = variant_called(line["variant"])
        if variant is None:
            raise ValidationError({"articles": [f"{number}: No article has this number."]})
        found.append(services.BundleArticle(variant, line["quantity"]))
    return found
