"""The public register over the API."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.insurance.models import RegisterMonth, RegisterRow

HOUR = 3_600


class RegisterPages(CursorPages):
    ordering = "-id"


class RegisterMonthOut(ReadSerializer):
    """One payer's month. Shares are basis points: `paid_out_bp` of all that had come in by then, `loss_ratio_bp` of an
    insurer's premiums, the others of what was decided; null where there was nothing of that.
    """

    payer = serializers.CharField(source="payer_code")
    month = serializers.CharField()
    currency = serializers.CharField()
    received = serializers.CharField()
    premiums = serializers.CharField()
    claims = serializers.CharField()
    left = serializers.CharField()
    decided = serializers.IntegerField()
    rejected = serializers.IntegerField()
    appealed = serializers.IntegerField()
    median_days = serializers.IntegerField(allow_null=True)
    paid_out_bp = serializers.IntegerField(allow_null=True)
    loss_ratio_bp = serializers.IntegerField(allow_null=True)
    rejected_bp = serializers.IntegerField(allow_null=True)
    appealed_bp = serializers.IntegerField(allow_null=True)

    get_paid_out_bp = staticmethod(lambda row: row.paid_out_bp(row.received_to_date))
    get_month = staticmethod(lambda row: f"{row.month_date:%Y-%m}")
    get_received = staticmethod(lambda row: str(Money(row.received_minor, row.currency)))
    get_premiums = staticmethod(lambda row: str(Money(row.premiums_minor, row.currency)))
    get_claims = staticmethod(lambda row: str(Money(row.claims_minor, row.currency)))
    get_left = staticmethod(lambda row: str(Money(row.left_minor, row.currency)))


class RegisterRowOut(ReadSerializer):
    """One payout, or what takes one off; `place` is a county, prefecture or province, by how many there are."""

    payer = serializers.CharField(source="payer_code")
    month = serializers.CharField()
    place = serializers.CharField(source="place.code")
    level = serializers.CharField(source="place.level")
    group = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    is_correction = serializers.BooleanField()
    get_month = staticmethod(lambda row: f"{row.month_date:%Y-%m}")


class RegisterFunds(APIView):
    """List months of the public register, the latest first: what each fund and insurer received, paid and has left."""

    requires = PUBLIC
    pagination_class = RegisterPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=RegisterMonthOut(many=True))
    @method_decorator(cache_control(max_age=HOUR, public=True))
    def get(self, request: Request) -> Response:
        rows = RegisterMonth.objects.with_received_to_date().select_related("fund", "insurer")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(RegisterMonthOut(page, many=True).data)


class RegisterPayouts(APIView):
    """List payouts of the public register, the latest first; nothing in it tells who was paid."""

    requires = PUBLIC
    pagination_class = RegisterPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=RegisterRowOut(many=True))
    @method_decorator(cache_control(max_age=HOUR, public=True))
    def get(self, request: Request) -> Response:
        pages = self.pagination_class()
        rows = RegisterRow.objects.select_related("place", "fund", "insurer")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(RegisterRowOut(page, many=True).data)
