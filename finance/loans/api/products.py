"""Loan products and quotes over the API."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import demand_everywhere, load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.loans import services
from finance.loans.models import LoanProduct, LoanProductVersion
from finance.loans.schedules import SeasonalShare
from finance.loans.schedules.documents import write_schedule
from stations.accounts.models import User

READ, EDIT = "finance.read_loan_product", "finance.edit_loan_product"
AMOUNTS = (
    "amount_min",
    "amount_default",
    "amount_max_first",
    "amount_max",
    "money_step",
)


class LoanProductVersionOut(ReadSerializer):
    """A version of a product; rates in ppm, amounts in the product's currency."""

    id = serializers.IntegerField(source="pk")
    product = serializers.CharField(source="product.code")
    name = serializers.CharField(source="product.name")
    name_zh = serializers.CharField(source="product.name_zh")
    lender = serializers.CharField(source="product.lender.name")
    country = serializers.CharField(source="product.country")
    currency = serializers.CharField(source="product.currency")
    version = serializers.IntegerField()
    status = serializers.CharField()
    amount_min = serializers.CharField(source="smallest")
    amount_default = serializers.CharField(source="usual")
    amount_max = serializers.CharField(source="largest")
    installments_offered = serializers.ListField(child=serializers.IntegerField())
    rate_min_ppm = serializers.IntegerField()
    rate_default_ppm = serializers.IntegerField()
    rate_max_ppm = serializers.IntegerField()
    principal_method = serializers.CharField()
    interest_method = serializers.CharField()
    day_count = serializers.CharField()
    every_count = serializers.IntegerField()
    every_unit = serializers.CharField()
    grace_principal_max = serializers.IntegerField()
    fee_payout_bp = serializers.IntegerField()
    penalty_ppm = serializers.IntegerField()
    penalty_grace_days = serializers.IntegerField()
    apr_max_bp = serializers.IntegerField()
    needs_group = serializers.BooleanField()

    example: ClassVar[dict[str, Any]] = {
        "id": 2,
        "product": "farm_equal",
        "name": "Farm loan, equal principal",
        "name_zh": "农户贷（等额本金）",
        "lender": "Sihong Rural Commercial Bank",
        "country": "CN",
        "currency": "CNY",
        "version": 1,
        "status": "active",
        "amount_min": "1000.00",
        "amount_default": "30000.00",
        "amount_max": "500000.00",
        "installments_offered": [6, 12, 24],
        "rate_min_ppm": 48000,
        "rate_default_ppm": 108000,
        "rate_max_ppm": 144000,
        "principal_method": "equal_principal",
        "interest_method": "declining",
        "day_count": "thirty_360",
        "every_count": 1,
        "every_unit": "month",
        "grace_principal_max": 0,
        "fee_payout_bp": 0,
        "penalty_ppm": 162000,
        "penalty_grace_days": 3,
        "apr_max_bp": 2400,
        "needs_group": False,
    }


class SeasonalRowIn(serializers.Serializer):
    """One row of a season."""

    principal_ppm = serializers.IntegerField(min_value=0, max_value=1_000_000)
    interest_ppm = serializers.IntegerField(min_value=0, max_value=1_000_000)


_V = LoanProductVersion


class LoanTermsIn(serializers.Serializer):
    """The terms of a new version; what each means stands in docs/loans.md."""

    amount_min = AmountField()
    amount_default = AmountField()
    amount_max_first = AmountField()
    amount_max = AmountField()
    money_step = AmountField()
    installments_offered = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=600), min_length=1, max_length=24
    )
    rate_min_ppm = serializers.IntegerField(min_value=0, max_value=10_000_000)
    rate_default_ppm = serializers.IntegerField(min_value=0, max_value=10_000_000)
    rate_max_ppm = serializers.IntegerField(min_value=0, max_value=10_000_000)
    principal_method = serializers.ChoiceField(_V.PrincipalMethod.choices)
    interest_method = serializers.ChoiceField(_V.InterestMethod.choices, default="declining")
    day_count = serializers.ChoiceField(_V.DayCount.choices)
    rounding = serializers.ChoiceField(_V.Rounding.choices, default="half_up")
    every_count = serializers.IntegerField(min_value=1, max_value=366, default=1)
    every_unit = serializers.ChoiceField(_V.Unit.choices, default="month")
    grace_principal_max = serializers.IntegerField(min_value=0, max_value=120, default=0)
    grace_interest = serializers.ChoiceField(_V.GraceOnInterest.choices, default="pay")
    fixed_share_ppm = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)
    business_day_rule = serializers.ChoiceField(_V.BusinessDayRule.choices, default="following_business_day")
    fee_payout_bp = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    penalty_ppm = serializers.IntegerField(min_value=0, max_value=10_000_000)
    penalty_grace_days = serializers.IntegerField(min_value=0, max_value=60, default=3)
    penalty_cap_bp = serializers.IntegerField(min_value=0, max_value=100_000, allow_null=True, default=None)
    prepayment = serializers.ChoiceField(_V.Prepayment.choices, default="reduce_instalment")
    restructures_max = serializers.IntegerField(min_value=0, max_value=20, default=1)
    apr_max_bp = serializers.IntegerField(min_value=0, max_value=100_000)
    needs_group = serializers.BooleanField(default=False)
    seasonal_rows = SeasonalRowIn(many=True, required=False, default=list)


class LoanQuoteIn(serializers.Serializer):
    """Which version, how much, in how many instalments; a rate only where another than the usual one is asked for."""

    version = serializers.IntegerField()
    amount = AmountField()
    installments = serializers.IntegerField(min_value=1, max_value=600)
    rate_ppm = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False, allow_null=True)
    grace_principal = serializers.IntegerField(min_value=0, max_value=120, required=False, default=0)


class LoanRowOut(serializers.Serializer):
    """One instalment."""

    n = serializers.IntegerField()
    start = serializers.DateField()
    end = serializers.DateField()
    due = serializers.DateField()
    principal = serializers.CharField()
    interest = serializers.CharField()
    payment = serializers.CharField()
    balance = serializers.CharField()
    capitalised = serializers.CharField(required=False)
    calendar_unconfirmed = serializers.BooleanField(required=False)


class LoanQuoteOut(serializers.Serializer):
    """The plan, and what it costs: yearly rates in 0.01 %, all costs counted."""

    currency = serializers.CharField()
    received = serializers.CharField()
    fee = serializers.CharField()
    cost = serializers.CharField()
    apr_nominal_bp = serializers.IntegerField()
    apr_effective_bp = serializers.IntegerField()
    rows = LoanRowOut(many=True)
    total_interest = serializers.CharField()
    total_payment = serializers.CharField()


class LoanProductPages(CursorPages):
    ordering = "-id"


class LoanProductList(APIView):
    """What is offered in the countries within reach."""

    requires = READ
    pagination_class = LoanProductPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=LoanProductVersionOut(many=True))
    def get(self, request: Request) -> Response:
        rows = LoanProductVersion.objects.active().open_to(request.user, READ).select_related("product__lender")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LoanProductVersionOut(page, many=True).data)


class QuoteLoan(VerbView):
    """What a loan would cost if it were paid out today; stores nothing."""

    requires = READ
    In = LoanQuoteIn
    Out = LoanQuoteOut
    refusals = refused_by(services.quote_loan)
    in_example: ClassVar[dict[str, Any]] = {"version": 2, "amount": "30000.00", "installments": 12}
    out_example: ClassVar[dict[str, Any]] = {
        "currency": "CNY",
        "received": "30000.00",
        "fee": "0.00",
        "cost": "1755.00",
        "apr_nominal_bp": 1080,
        "apr_effective_bp": 1135,
        "rows": [
            {
                "n": 1,
                "start": "2026-11-25",
                "end": "2026-12-25",
                "due": "2026-12-25",
                "principal": "2500.00",
                "interest": "270.00",
                "payment": "2770.00",
                "balance": "27500.00",
            }
        ],
        "total_interest": "1755.00",
        "total_payment": "31755.00",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, Any]:
        versions = LoanProductVersion.objects.active().select_related("product__lender")
        version = load(versions, user, self.requires, pk=data["version"])
        quote = services.quote_loan(
            version=version,
            amount=data["amount"].in_currency(version.currency),
            installments=data["installments"],
            rate_ppm=data.get("rate_ppm"),
            grace_principal=data["grace_principal"],
            at=at,
        )
        return {
            "currency": version.currency,
            "received": str(quote.received),
            "fee": str(quote.fee),
            "cost": str(quote.cost),
            "apr_nominal_bp": quote.price.nominal_bp,
            "apr_effective_bp": quote.price.effective_bp,
            **write_schedule(quote.schedule, currency=version.currency),
        }


class DraftLoanProduct(VerbView):
    """Draw up the next version of a product; another person puts it in force."""

    requires = EDIT
    one_object = True
    In = LoanTermsIn
    Out = LoanProductVersionOut
    success_status = 201
    refusals = refused_by(services.draft_loan_product)
    in_example: ClassVar[dict[str, Any]] = {
        "amount_min": "1000.00",
        "amount_default": "30000.00",
        "amount_max_first": "50000.00",
        "amount_max": "500000.00",
        "money_step": "0.01",
        "installments_offered": [6, 12, 24],
        "rate_min_ppm": 48000,
        "rate_default_ppm": 108000,
        "rate_max_ppm": 144000,
        "principal_method": "equal_principal",
        "day_count": "thirty_360",
        "penalty_ppm": 162000,
        "apr_max_bp": 2400,
    }
    out_example = LoanProductVersionOut.example | {"version": 2, "status": "draft"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> LoanProductVersion:
        product = load(LoanProduct.objects, user, self.requires, pk=pk)
        demand_everywhere(user, self.requires)
        rows = [SeasonalShare(**row) for row in data["seasonal_rows"]]
        terms = {name: value for name, value in data.items() if name not in {*AMOUNTS, "seasonal_rows"}}
        terms |= {f"{name}_minor": data[name].in_currency(product.currency).minor for name in AMOUNTS}
        return services.draft_loan_product(product=product, terms=terms, seasonal_rows=rows, by=user, at=at)


class _VersionVerb(VerbView):
    requires = EDIT
    one_object = True

    def version(self, user: User, pk: int) -> LoanProductVersion:
        """The version; products are changed by posts of the whole network."""
        version = load(LoanProductVersion.objects.select_related("product__lender"), user, self.requires, pk=pk)
        demand_everywhere(user, self.requires)
        return version


class ActivateLoanProduct(_VersionVerb):
    """Offer a draft from now on; by another person than drew it up."""

    Out = LoanProductVersionOut
    refusals = refused_by(services.activate_loan_product)
    out_example = LoanProductVersionOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> LoanProductVersion:
        return services.activate_loan_product(version=self.version(user, pk), by=user, at=at)


class RetireLoanProduct(_VersionVerb):
    """Offer a version no more."""

    Out = LoanProductVersionOut
    refusals = refused_by(services.retire_loan_product)
    out_example = LoanProductVersionOut.example | {"status": "retired"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> LoanProductVersion:
        return services.retire_loan_product(version=self.version(user, pk), by=user, at=at)


class DiscardLoanProduct(_VersionVerb):
    """Delete a draft."""

    refusals = refused_by(services.discard_loan_product)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> dict[str, Any]:
        services.discard_loan_product(version=self.version(user, pk), by=user, at=at)
        return {}
