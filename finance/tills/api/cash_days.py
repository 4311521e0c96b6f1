"""Cash days over the API."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import AmountField, VerbView
from core.errors import SamePerson
from core.money import Money
from core.pages import CursorPages
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
    opening_lines = CountLineIn(many=True, max_length=40)


class CountIn(serializers.Serializer):
    """A count of the drawer."""

    lines = CountLineIn(many=True, max_length=40)


class CashDayOut(serializers.Serializer):
    """A cash day; `expected` and `over_short` only once a count is in."""

    id = serializers.IntegerField()
    station = serializers.CharField()
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
        "holder": "孙小芹",
    }


class CashDays(VerbView):
    """Open the day with what is in the drawer; list the days within reach, newest first."""

    requires, reads = "finance.open_cash_day", "finance.read_cash_day"
    pagination_class = CursorPages
    In = OpenCashDayIn
    Out = CashDayOut
    success_status = 201
    refusals = (
        services.CashDayOpenElsewhere,
        services.PreviousDayNotClosed,
        services.DayAlreadyClosed,
        services.NotANote,
        services.NotYourDrawer,
    )
    in_example = {"station": "321324-0007", "opening_lines": [{"value": "100.00", "pieces": 2}]}
    out_example = {**CashDayOut.example, "status": "open", "counted": None, "expected": None, "over_short": None}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str) -> dict[str, Any]:
        station = load(Station.objects.select_related("county"), user, self.requires, code=data["station"])
        lines = pieces_of(data["opening_lines"], station.currency)
        return cash_day_out(services.open_cash_day(station=station, lines=lines, by=user, at=at))

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=CashDayOut(many=True))
    def get(self, request: Any) -> Response:
        days = CashDay.objects.open_to(request.user, self.reads).select_related("station")
        days = days.prefetch_related("custodies__holder")
        pages = self.pagination_class()
        page = pages.paginate_queryset(days, request, view=self)
        return pages.get_paginated_response([cash_day_out(day) for day in page])


class CashDayVerb(VerbView):
    """A verb of one cash day."""

    one_object = True
    Out = CashDayOut
    out_example = CashDayOut.example

    def day(self, user: Any, pk: int) -> CashDay:
        """The cash day, where a post with this verb reaches it."""
        return load(CashDay.objects.select_related("station__county"), user, self.requires, pk=pk)


class CountCash(CashDayVerb):
    """Count blind; the answer compares it with the books."""

    requires = "finance.count_cash"
    In = CountIn
    refusals = (services.NotANote, services.NotYourDrawer)
    in_example = {"lines": [{"value": "100.00", "pieces": 20}, {"value": "0.10", "pieces": 4}]}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, pk: int) -> dict[str, Any]:
        day = self.day(user, pk)
        lines = pieces_of(data["lines"], day.currency)
        return cash_day_out(services.count_cash(cash_day=day, lines=lines, by=user, at=at))


class ResumeDay(CashDayVerb):
    """Put the count aside and go on selling."""

    requires = "finance.resume_day"

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, pk: int) -> dict[str, Any]:
        return cash_day_out(services.resume_day(cash_day=self.day(user, pk), by=user, at=at))


class HandOverTillIn(serializers.Serializer):
    """Who goes on with the till."""

    to = serializers.CharField(max_length=150)


class HandOverTill(CashDayVerb):
    """Give the counted till to another person of the station; one of the two has counted, the other presses."""

    requires = "finance.hand_over_till"
    In = HandOverTillIn
    refusals = (services.CountStale, services.NotOfThisStation, SamePerson, services.DayAlreadyClosed)
    in_example = {"to": "helper"}
    out_example = {**CashDayOut.example, "status": "open", "counted": None, "expected": None, "over_short": None}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, pk: int) -> dict[str, Any]:
        day = self.day(user, pk)
        to = User.objects.filter(username=data["to"], is_active=True).first()
        if to is None:
            raise services.NotOfThisStation(field="to")
        return cash_day_out(services.hand_over_till(cash_day=day, to=to, by=user, at=at))


class CloseCashDay(CashDayVerb):
    """Close a counted day; a difference is posted, and asked of who held the till."""

    requires = "finance.close_cash_day"
    refusals = (services.CountStale, services.DayAlreadyClosed, services.NotYourDrawer)
    out_example = {**CashDayOut.example, "status": "closed", "closed_at": "2026-11-25T10:04:00.000Z"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, pk: int) -> dict[str, Any]:
        return cash_day_out(services.close_cash_day(cash_day=self.day(user, pk), by=user, at=at))


def cash_day_out(day: CashDay) -> dict[str, Any]:
    """A cash day as the API shows it."""

    def amount(minor: int | None) -> str | None:
        return None if minor is None else str(Money(minor, day.currency))

    return {
        "id": day.pk,
        "station": day.station.code,
        "business_date": day.business_date,
        "currency": day.currency,
        "status": day.status,
        "opened_at": day.opened_at,
        "closed_at": day.closed_at,
        "counted": amount(day.counted_minor),
        "expected": amount(day.expected_minor),
        "over_short": amount(day.over_short_minor),
        "holder": next((custody.holder.shown_name for custody in day.custodies.all() if custody.to_at is None), None),
    }


def pieces_of(lines: list[dict[str, Any]], currency: str) -> dict[int, int]:
    """Pieces by value in minor units."""
    counted: dict[int, int] = {}
    for line in lines:
        value = line["value"].in_currency(currency).minor
        counted[value] = counted.get(value, 0) + line["pieces"]
    return counted
