"""The portfolio of lenders over the API."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from finance.loans.models.portfolio import READ
from finance.loans.portfolio import Board, Cohort, Portfolio, boards_of
from stations.requests import signed_in

GIVEN_UP = ("written_off", "recovered")


class PortfolioQuery(serializers.Serializer):
    """Of which county (the beginning of its code), and up to which date."""

    county = serializers.CharField(max_length=12, required=False, default="")
    date = serializers.DateField(required=False, default=None)


class ClassOut(serializers.Serializer):
    """One class of loans."""

    class_code = serializers.CharField()
    loans = serializers.IntegerField()
    gross = serializers.CharField()
    provision = serializers.CharField()


class CohortOut(serializers.Serializer):
    """Loans that were paid out in the quarter that begins on this day: what of them was written off, and recovered."""

    quarter = serializers.DateField()
    loans = serializers.IntegerField()
    written_off = serializers.CharField()
    recovered = serializers.CharField()


class PortfolioOut(serializers.Serializer):
    """The books of one currency at their last close; shares are hundredths of a percent of the principal left."""

    currency = serializers.CharField()
    closed_until = serializers.DateField()
    loans = serializers.IntegerField()
    gross = serializers.CharField()
    par1 = serializers.CharField()
    par30 = serializers.CharField()
    par60 = serializers.CharField()
    par90 = serializers.CharField()
    par1_bp = serializers.IntegerField()
    par30_bp = serializers.IntegerField()
    par60_bp = serializers.IntegerField()
    par90_bp = serializers.IntegerField()
    restructured = serializers.CharField()
    provision = serializers.CharField()
    written_off = serializers.CharField()
    recovered = serializers.CharField()
    cohorts = CohortOut(many=True)
    classes = ClassOut(many=True)


class PortfoliosOut(serializers.Serializer):
    """One portfolio for each currency."""

    portfolios = PortfolioOut(many=True)


class LoanPortfolios(APIView):
    """How the books within reach stand."""

    requires = READ
    out_example: ClassVar[dict[str, Any]] = {
        "portfolios": [
            {
                "currency": "CNY",
                "closed_until": "2026-12-24",
                "loans": 5,
                "gross": "100000.00",
                "par1": "52000.00",
                "par30": "32000.00",
                "par60": "22000.00",
                "par90": "22000.00",
                "par1_bp": 5200,
                "par30_bp": 3200,
                "par60_bp": 2200,
                "par90_bp": 2200,
                "restructured": "0.00",
                "provision": "25800.00",
                "written_off": "32067.62",
                "recovered": "500.00",
                "cohorts": [
                    {"quarter": "2026-10-01", "loans": 1, "written_off": "32067.62", "recovered": "500.00"},
                ],
                "classes": [{"class_code": "normal", "loans": 3, "gross": "68000.00", "provision": "6800.00"}],
            }
        ]
    }

    @extend_schema(
        parameters=[OpenApiParameter("county", str), OpenApiParameter("date", dt.date)], responses=PortfoliosOut
    )
    def get(self, request: Request) -> Response:
        """Principal, shares at risk and provisions of the books within reach, by currency and class."""
        asked = PortfolioQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        about = asked.validated_data
        boards = boards_of(signed_in(request), county=about["county"], on=about["date"])
        return Response(PortfoliosOut({"portfolios": [_said(board) for board in boards]}).data)


def _said(board: Board) -> dict[str, Any]:
    whole, parts = board.whole, ("par1", "par30", "par60", "par90")
    amounts = {part: str(whole.amount(part)) for part in ("gross", *parts, "restructured", "provision")}
    return {
        "currency": whole.currency,
        "closed_until": board.date,
        "loans": whole.loans,
        **amounts,
        **{f"{part}_bp": whole.share_bp(part) for part in parts},
        **{part: str(board.given_up(part)) for part in GIVEN_UP},
        "cohorts": [_cohort(each) for each in board.cohorts],
        "classes": [_class(code, portfolio) for code, portfolio in board.classes],
    }


def _cohort(cohort: Cohort) -> dict[str, Any]:
    amounts = {part: str(cohort.amount(part)) for part in GIVEN_UP}
    return {"quarter": cohort.quarter, "loans": cohort.loans, **amounts}


def _class(code: str, portfolio: Portfolio) -> dict[str, Any]:
    return {
        "class_code": str(code),
        "loans": portfolio.loans,
        "gross": str(portfolio.amount("gross")),
        "provision": str(portfolio.amount("provision")),
    }
