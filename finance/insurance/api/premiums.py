"""Statements of premiums over the API: drawn up by one officer, sent by another."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import demand_everywhere, load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.insurance import services
from finance.insurance.api.payout_accounts import ACCOUNT, PayeeAccountIn, PayeeAccountOut
from finance.insurance.models import Insurer, PremiumStatement
from finance.payouts.models import PayoutAccount
from stations.accounts.models import User

READ, DRAW = "finance.read_premium", "finance.draw_premiums"


class PremiumStatementIn(serializers.Serializer):
    """Of which insurer, and which month that is over (`2026-11`)."""

    insurer = serializers.IntegerField()
    month = serializers.RegexField(r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$")


class PremiumStatementOut(ReadSerializer):
    """What an insurer gets for a month."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    insurer = serializers.CharField(source="insurer.company_code")
    month = serializers.CharField()
    policies = serializers.IntegerField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    made_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)

    get_month = staticmethod(lambda row: f"{row.month_date:%Y-%m}")

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d51",
        "number": "CN-PS2611-K7P2",
        "insurer": "91320000000000000J",
        "month": "2026-11",
        "policies": 220,
        "amount": "22000.00",
        "currency": "CNY",
        "status": "drawn",
        "made_at": "2026-12-01T01:00:00.000Z",
        "paid_at": None,
    }


class PremiumLineOut(serializers.Serializer):
    """The premiums of one enrolment."""

    enrolment = serializers.CharField()
    policies = serializers.IntegerField()
    amount = serializers.CharField()


class PremiumStatementDetailOut(PremiumStatementOut):
    """A statement with its enrolments."""

    lines = PremiumLineOut(many=True)

    @staticmethod
    def get_lines(statement: PremiumStatement) -> list[dict[str, Any]]:
        rows = statement.lines.select_related("batch").order_by("pk")
        return [{"enrolment": row.batch.number, "policies": row.policies, "amount": str(row.amount)} for row in rows]

    example: ClassVar[dict[str, Any]] = PremiumStatementOut.example | {
        "lines": [{"enrolment": "321324-E261125-K7P2", "policies": 220, "amount": "22000.00"}]
    }


class PremiumPages(CursorPages):
    ordering = "-id"


class PremiumStatements(VerbView):
    """Draw up the statement of an insurer's premiums for a month."""

    requires, reads = DRAW, READ
    pagination_class = PremiumPages
    In = PremiumStatementIn
    Out = PremiumStatementOut
    success_status = 201
    refusals = refused_by(services.draw_premium_statement)
    in_example: ClassVar[dict[str, Any]] = {"insurer": 1, "month": "2026-11"}
    out_example = PremiumStatementOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> PremiumStatement:
        demand_everywhere(user, self.requires)
        insurer = load(Insurer.objects, user, self.requires, pk=data["insurer"])
        month = dt.date.fromisoformat(f"{data['month']}-01")
        return services.draw_premium_statement(insurer=insurer, month=month, by=user, at=at)

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=PremiumStatementOut(many=True))
    def get(self, request: Request) -> Response:
        """List statements of premiums, newest first."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(_statements().open_to(request.user, READ), request, view=self)
        return pages.get_paginated_response(PremiumStatementOut(page, many=True).data)


class PremiumStatementDetail(APIView):
    """Get a statement of premiums with its enrolments."""

    requires = READ
    one_object = True

    @extend_schema(responses=PremiumStatementDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PremiumStatementDetailOut(load(_statements(), request.user, READ, pk=pk)).data)


class SendPremiums(VerbView):
    """Have the bank pay the premiums of a statement; by another person than drew it up."""

    requires = "finance.send_premiums"
    one_object = True
    Out = PremiumStatementOut
    refusals = refused_by(services.send_premiums)
    out_example = PremiumStatementOut.example | {"status": "sent"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PremiumStatement:
        statement = load(_statements(), user, self.requires, pk=pk)
        return services.send_premiums(statement=statement, by=user, at=at)


class SetInsurerAccount(VerbView):
    """Write down the bank account of the insurer of a statement."""

    requires = "finance.set_insurer_account"
    one_object = True
    In = PayeeAccountIn
    Out = PayeeAccountOut
    refusals = refused_by(services.set_insurer_account)
    in_example = ACCOUNT
    out_example = PayeeAccountOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutAccount:
        statement = load(_statements(), user, self.requires, pk=pk)
        return services.set_insurer_account(insurer=statement.insurer, **data, by=user, at=at)


def _statements() -> Any:
    return PremiumStatement.objects.select_related("insurer")
