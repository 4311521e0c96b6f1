"""Bank statements over the API."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import demand_everywhere, load
from core.api import AmountField, CurrencyField, SignedAmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.countries import CountryField
from finance.recon import services
from finance.recon.models import BankExplanation, BankStatementLine
from stations.accounts.models import User


class BankStatementIn(serializers.Serializer):
    """The bank's file (our CSV, camt.053 or MT940) as text, and its control total as the importer read it.

    The control total is the lines in less the lines out.
    """

    country = CountryField()
    bank_account = serializers.RegexField(r"^[A-Za-z0-9-]{1,40}$")
    currency = CurrencyField()
    control_total = SignedAmountField()
    content = serializers.CharField(max_length=900_000, trim_whitespace=False)


class BankStatementOut(serializers.Serializer):
    """How many lines were new."""

    new_lines = serializers.IntegerField()


class BankLineOut(ReadSerializer):
    """One line of our bank account."""

    id = serializers.UUIDField(source="pk")
    country = serializers.CharField()
    bank_account = serializers.CharField()
    value_date = serializers.DateField()
    line_ref = serializers.CharField()
    direction = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    text = serializers.CharField()
    unexplained = serializers.CharField()

    @staticmethod
    def get_amount(line: BankStatementLine) -> str:
        return str(Money(line.amount_minor, line.currency))


class BankStatements(VerbView):
    """Import a bank statement."""

    requires, reads = "finance.import_bank_statement", "finance.read_bank_statement"
    pagination_class = CursorPages
    In = BankStatementIn
    Out = BankStatementOut
    success_status = 201
    refusals = refused_by(services.import_bank_statement)
    in_example: ClassVar[dict[str, Any]] = {
        "country": "CN",
        "bank_account": "main",
        "currency": "CNY",
        "control_total": "2000.00",
        "content": "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text\n"
        "2026-11-25,L-1,in,2000.00,CNY,周素云,4821,7K3QXM9P\n",
    }
    out_example: ClassVar[dict[str, Any]] = {"new_lines": 1}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, Any]:
        demand_everywhere(user, self.requires)
        stored = services.import_bank_statement(
            bank_account=data["bank_account"],
            content=data["content"].encode(),
            control_total=data["control_total"].in_currency(data["currency"]),
            country=data["country"],
            by=user,
            at=at,
        )
        return {"new_lines": len(stored)}

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=BankLineOut(many=True))
    def get(self, request: Any) -> Response:
        """List bank lines, newest first."""
        lines = BankStatementLine.objects.open_to(request.user, self.reads)
        pages = self.pagination_class()
        page = pages.paginate_queryset(lines, request, view=self)
        return pages.get_paginated_response(BankLineOut(page, many=True).data)


class ExplainIn(serializers.Serializer):
    """What a line, or a part of it, was. `of` is the code of the biller, operator, provider or station."""

    kind = serializers.ChoiceField([kind for kind in BankExplanation.Kind.values if kind != BankExplanation.Kind.FLOAT])
    amount = AmountField()
    of = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    text = Line(max_length=200, required=False, allow_blank=True, default="")


class ExplainBankLine(VerbView):
    """Explain a bank line: it moves from suspense to where it belongs."""

    requires = "finance.explain_bank_line"
    one_object = True
    In = ExplainIn
    Out = BankLineOut
    refusals = refused_by(services.explain_by_hand)
    in_example: ClassVar[dict[str, Any]] = {"kind": "fee", "amount": "12.50", "of": "", "text": "November"}
    out_example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0010",
        "country": "CN",
        "bank_account": "main",
        "value_date": "2026-11-25",
        "line_ref": "L-3",
        "direction": "out",
        "amount": "12.50",
        "currency": "CNY",
        "text": "手续费",
        "unexplained": "0.00",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> BankStatementLine:
        line = load(BankStatementLine.objects, user, self.requires, pk=pk)
        services.explain_by_hand(
            line=line,
            kind=data["kind"],
            amount=data["amount"].in_currency(line.currency),
            of=data["of"],
            text=data["text"],
            by=user,
            at=at,
        )
        line.refresh_from_db()
        return line
