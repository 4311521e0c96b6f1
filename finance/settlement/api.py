"""Statements and the closes of counties over the API."""

import datetime as dt
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import SIGNED_IN, load
from core.api import VerbView
from core.errors import refused_by
from core.language.reasons import ReasonMissing
from core.language.typed import Line
from core.serializers import MinorField, ReadSerializer
from core.web.pagination import CursorPages
from finance.settlement import services
from finance.settlement.models import DayClose, Statement
from finance.settlement.queries.rows import Row, is_as_hashed, rows_of
from stations.accounts.models import User


class StatementOut(ReadSerializer):
    """A statement: payable + carried = opening + accrued + reversed + adjusted - tax - charges."""

    id = serializers.UUIDField(source="pk")
    payee = serializers.CharField()
    payee_kind = serializers.CharField()
    account = serializers.CharField(source="account.code")
    period_from = serializers.DateField()
    period_to = serializers.DateField()
    opening = MinorField()
    accrued = MinorField()
    reversed = MinorField()
    adjusted = MinorField()
    disputes_held = MinorField()
    tax = MinorField()
    charges = MinorField()
    payable = MinorField()
    carried = MinorField()
    currency = serializers.CharField()
    status = serializers.CharField()
    sha256 = serializers.CharField()
    previous_sha256 = serializers.CharField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0021",
        "payee": "0193f0c27a117c559a3e5b1d2f6a0003",
        "payee_kind": "partner",
        "account": "commission:0193f0c27a117c559a3e5b1d2f6a0003",
        "period_from": "2026-11-23",
        "period_to": "2026-11-29",
        "opening": "0.00",
        "accrued": "6.00",
        "reversed": "0.00",
        "adjusted": "0.00",
        "disputes_held": "0.00",
        "tax": "0.00",
        "charges": "0.00",
        "payable": "6.00",
        "carried": "0.00",
        "currency": "CNY",
        "status": "closed",
        "sha256": "9f2c7d4b1e0a8f63c5d2b7a4e1908f7c6d5b4a3928170605f4e3d2c1b0a99887",
        "previous_sha256": "",
    }


class StatementDocumentOut(StatementOut):
    """A statement with the rows under its hash, as they are hashed, and whether they still make it."""

    rows = serializers.ListField(child=serializers.ListField())
    is_as_hashed = serializers.BooleanField(allow_null=True, help_text="Null until the statement is closed.")

    @staticmethod
    def get_rows(statement: Statement) -> list[Row]:
        """What the hash is computed over."""
        return rows_of(statement)

    @staticmethod
    def get_is_as_hashed(statement: Statement) -> bool | None:
        """Whether nobody has altered them."""
        return None if statement.status == Statement.Status.CALCULATED else is_as_hashed(statement)


class StatementPages(CursorPages):
    ordering = ("-period_to", "-id")  # type: ignore[assignment]


class Statements(APIView):
    """List statements, newest first: one's own; those of the counties within reach for their readers."""

    requires = SIGNED_IN
    pagination_class = StatementPages

    @extend_schema(
        parameters=[
            OpenApiParameter("payee", str, description="What the payee's account is known by after the colon."),
            OpenApiParameter("cursor", str),
        ],
        responses=StatementOut(many=True),
    )
    def get(self, request: Any) -> Response:
        statements = Statement.objects.visible_to(request.user).select_related("account")
        if payee := request.query_params.get("payee", ""):
            statements = statements.filter(payee=payee)
        pages = self.pagination_class()
        page = pages.paginate_queryset(statements, request, view=self) or []
        return pages.get_paginated_response(StatementOut(page, many=True).data)


class StatementDocument(APIView):
    """Get a statement with the rows behind it and its hash, so that anybody can check it."""

    requires = SIGNED_IN
    out_example: ClassVar[dict[str, Any]] = {
        **StatementOut.example,
        "rows": [
            [
                *("statement", "commission:0193f0c27a117c559a3e5b1d2f6a0003", "CNY", "2026-11-23", "2026-11-29"),
                *(0, 600, 0, 0, 0, 0, 0, 600, 0),
            ],
            [
                *("commission", "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0011", "payment"),
                *("0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002", 600, "2026-11-25T02:52:00.000000Z"),
            ],
        ],
        "is_as_hashed": True,
    }

    @extend_schema(responses=StatementDocumentOut)
    def get(self, request: Any, pk: Any) -> Response:
        statement = Statement.objects.visible_to(request.user).select_related("account").filter(pk=pk).first()
        if statement is None:
            raise Http404
        return Response(StatementDocumentOut(statement).data)


class DayCloseOut(ReadSerializer):
    """One business date of one county: settled, or held by a finding, and what was still open then."""

    id = serializers.IntegerField(source="pk")
    county = serializers.CharField(source="county.code")
    business_date = serializers.DateField()
    status = serializers.CharField()
    stopped_by = serializers.ListField(child=serializers.CharField())
    listed = serializers.DictField()
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": 7,
        "county": "321324000000",
        "business_date": "2026-11-25",
        "status": "held",
        "stopped_by": ["finance.tills_are_counted"],
        "listed": {"cash_days": ["321324-0004"], "files": [], "payments": 2},
        "reason": "",
        "asked_at": None,
        "closed_at": None,
    }


class DayClosePages(CursorPages):
    ordering = ("-business_date", "-id")  # type: ignore[assignment]


class DayCloses(APIView):
    """List the days of the counties within reach, newest first."""

    requires = "finance.read_book_day"
    pagination_class = DayClosePages

    @extend_schema(
        parameters=[
            OpenApiParameter("status", str),
            OpenApiParameter("country", str, description="ISO 3166, two letters: days of counties there."),
            OpenApiParameter("cursor", str),
        ],
        responses=DayCloseOut(many=True),
    )
    def get(self, request: Any) -> Response:
        days = DayClose.objects.open_to(request.user, self.requires).select_related("county")
        if (status := request.query_params.get("status", "")) in DayClose.Status.values:
            days = days.filter(status=status)
        if country := request.query_params.get("country", ""):
            days = days.filter(county__country=country)
        pages = self.pagination_class()
        page = pages.paginate_queryset(days, request, view=self)
        return pages.get_paginated_response(DayCloseOut(page, many=True).data)


class CloseIn(serializers.Serializer):
    """Why a held day may be closed; the second person need not repeat it."""

    reason = Line(max_length=300, allow_blank=True, default="")


class CloseDay(VerbView):
    """Close a held day anyway: the first person asks with a reason, another one closes it."""

    requires = "finance.close_book_day"
    one_object = True
    In = CloseIn
    Out = DayCloseOut
    refusals = (ReasonMissing, *refused_by(services.close_book_day))
    in_example: ClassVar[dict[str, Any]] = {"reason": "the drawer was counted on paper"}
    out_example: ClassVar[dict[str, Any]] = {
        **DayCloseOut.example,
        "reason": "the drawer was counted on paper",
        "asked_at": "2026-11-26T01:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> DayClose:
        close = load(DayClose.objects.select_related("county"), user, self.requires, pk=pk)
        return services.close_book_day(close=close, reason=data["reason"], by=user, at=at)
