"""Cash days over the API."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.tills import services
from finance.tills.models import CashDay
from stations.models import Station, User


class CountLineIn(serializers.Serializer):
    """So many pieces of one note or coin."""

    value = AmountField()
    pieces = serializers.IntegerField(min_value=0, max_value=100_000)


class OpenCashDayIn(serializers.Serializer):
    """The station, and what is in its drawer."""

    station = serializers.CharField(max_length=11)
    opening_lines = CountLineIn(many=True, max_length=40)  # type: ignore[call-arg]


class CountIn(serializers.Serializer):
    """A count of the drawer."""

    lines = CountLineIn(many=True, max_length=40)  # type: ignore[call-arg]


class CashDayOut(ReadSerializer):
    """A cash day; `expected` and `over_short` only once a count is in."""

    id = serializers.IntegerField(source="pk")
    station = serializers.CharField(source="station.code")
    business_date = serializers.DateField()
    currency = serializers.CharField()
    status = serializers.CharField()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    counted = serializers.CharField(allow_null=True)
    expected = serializers.CharField(allow_null=True)
    over_short = serializers.CharField(allow_null=True)
    holder = serializers.CharField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": 17,
        "station": "321324-0007",
        "business_date": "2026-11-25",
        "currency": "CNY",
        "status": "balanced",
        "opened_at": "2026-11-25T00:02:00.000Z",
        "closed_at": None,
        "counted": "2044.40",
        "expected": "2044.40",
        "over_short": "0.00",
        "holder": "周素云",
    }

    @staticmethod
    def get_counted(day: CashDay) -> str | None:
        return _amount(day.counted_minor, day.currency)

    @staticmethod
    def get_expected(day: CashDay) -> str | None:
        return _amount(day.expected_minor, day.currency)

    @staticmethod
    def get_over_short(day: CashDay) -> str | None:
        return _amount(day.over_short_minor, day.currency)

    @staticmethod
    def get_holder(day: CashDay) -> str | None:
        return next((custody.holder.shown_name for custody in day.custodies.all() if custody.to_at is None), None)


class CashDays(VerbView):
    """Open a cash day with what is in the drawer."""

    requires, reads = "finance.open_cash_day", "finance.read_cash_day"
    pagination_class = CursorPages
    In = OpenCashDayIn
    Out = CashDayOut
    success_status = 201
    refusals = refused_by(services.open_cash_day)
    in_example = {"station": "321324-0007", "opening_lines": [{"value": "100.00", "pieces": 2}]}
    out_example = {**CashDayOut.example, "status": "open", "counted": None, "expected": None, "over_short": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> CashDay:
        station = load(Station.objects.select_related("county"), user, self.requires, code=data["station"])
        lines = pieces_of(data["opening_lines"], station.currency)
        return services.open_cash_day(station=station, lines=lines, by=user, at=at)

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=CashDayOut(many=True))
    def get(self, request: Any) -> Response:
        """List cash days within reach, newest first."""
        days = CashDay.objects.open_to(request.user, self.reads).select_related("station")
        days = days.prefetch_related("custodies__holder")
        pages = self.pagination_class()
        page = pages.paginate_queryset(days, request, view=self)
        return pages.get_paginated_response(CashDayOut(page, many=True).data)


class CashDayVerb(VerbView):
    """A verb of one cash day."""

    one_object = True
    Out = CashDayOut
    out_example = CashDayOut.example

    def day(self, user: User, pk: int) -> CashDay:
        """The cash day, where a post with this verb reaches it."""
        return load(CashDay.objects.select_related("station__county"), user, self.requires, pk=pk)


class CountCash(CashDayVerb):
    """Count the drawer blind; the answer compares it with the books."""

    requires = "finance.count_cash"
    In = CountIn
    refusals = refused_by(services.count_cash)
    in_example = {"lines": [{"value": "100.00", "pieces": 20}, {"value": "0.10", "pieces": 4}]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> CashDay:
        day = self.day(user, pk)
        lines = pieces_of(data["lines"], day.currency)
        return services.count_cash(cash_day=day, lines=lines, by=user, at=at)


class ResumeDay(CashDayVerb):
    """Resume selling: the count is put aside."""

    requires = "finance.resume_day"

    refusals = refused_by(services.resume_day)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> CashDay:
        return services.resume_day(cash_day=self.day(user, pk), by=user, at=at)


class HandOverTillIn(serializers.Serializer):
    """Who goes on with the till."""

    to = serializers.CharField(max_length=150)


class HandOverTill(CashDayVerb):
    """Hand over the counted till to another person of the station; one of the two has counted, the other presses."""

    requires = "finance.hand_over_till"
    In = HandOverTillIn
    refusals = refused_by(services.hand_over_till)
    in_example = {"to": "helper"}
    out_example = {**CashDayOut.example, "status": "open", "counted": None, "expected": None, "over_short": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> CashDay:
        day = self.day(user, pk)
        to = User.objects.filter(username=data["to"], is_active=True).first()
        if to is None:
            raise services.NotOfThisStation(field="to")
        return services.hand_over_till(cash_day=day, to=to, by=user, at=at)


class CloseCashDay(CashDayVerb):
    """Close a cash day that was counted; a difference is posted, and asked of who held the till."""

    requires = "finance.close_cash_day"
    refusals = refused_by(services.close_cash_day)
    out_example = {**CashDayOut.example, "status": "closed", "closed_at": "2026-11-25T10:04:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> CashDay:
        return services.close_cash_day(cash_day=self.day(user, pk), by=user, at=at)


def pieces_of(lines: list[dict[str, Any]], currency: str) -> dict[int, int]:
    """Pieces by value in minor units."""
    counted: dict[int, int] = {}
    for line in lines:
        value = line["value"].in_currency(currency).minor
        counted[value] = counted.get(value, 0) + line["pieces"]
    return counted


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else str(Money(minor, currency))
