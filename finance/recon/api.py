"""Bank statements over the API."""

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api import SignedAmountField, VerbView
from core.money import Money, is_currency, parse
from core.pages import CursorPages
from finance.recon import services
from finance.recon.models import BankStatementLine


class BankStatementIn(serializers.Serializer):
    """The bank's CSV as text, and its control total (lines in less lines out) as the importer read it."""

    bank_account = serializers.RegexField(r"^[A-Za-z0-9-]{1,40}$")
    currency = serializers.RegexField(r"^[A-Z]{3}$")
    control_total = SignedAmountField()
    content = serializers.CharField(max_length=900_000, trim_whitespace=False)

    def validate_currency(self, code: str) -> str:
        """A currency that exists."""
        if not is_currency(code):
            raise serializers.ValidationError("No such currency.")
        return code


class BankStatementOut(serializers.Serializer):
    """How many lines were new."""

    new_lines = serializers.IntegerField()


class BankLineOut(serializers.Serializer):
    """One line of our bank account."""

    id = serializers.UUIDField()
    bank_account = serializers.CharField()
    value_date = serializers.DateField()
    line_ref = serializers.CharField()
    direction = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    text = serializers.CharField()


class BankStatements(VerbView):
    """Import a bank statement; list the lines, newest first."""

    requires = "finance.import_bank_statement"
    pagination_class = CursorPages
    In = BankStatementIn
    Out = BankStatementOut
    success_status = 201
    refusals = (services.StatementFaulty, services.ControlTotalDiffers)
    in_example: ClassVar[dict[str, Any]] = {
        "bank_account": "main",
        "currency": "CNY",
        "control_total": "2000.00",
        "content": "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text\n"
        "2026-11-25,L-1,in,2000.00,CNY,孙小芹,4821,7K3QXM9P\n",
    }
    out_example: ClassVar[dict[str, Any]] = {"new_lines": 1}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str) -> dict[str, Any]:
        stored = services.import_bank_statement(
            bank_account=data["bank_account"],
            content=data["content"].encode(),
            control_total=parse(data["control_total"], data["currency"], field="control_total"),
            country=settings.ECOMNET_COUNTRY,
            by=user,
            at=at,
        )
        return {"new_lines": len(stored)}

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=BankLineOut(many=True))
    def get(self, request: Any) -> Response:
        lines = BankStatementLine.objects.open_to(request.user, "finance.read_bank_statement")
        pages = self.pagination_class()
        page = pages.paginate_queryset(lines, request, view=self)
        return pages.get_paginated_response([_line_out(line) for line in page])


def _line_out(line: BankStatementLine) -> dict[str, Any]:
    return {
        "id": str(line.pk),
        "bank_account": line.bank_account,
        "value_date": line.value_date,
        "line_ref": line.line_ref,
        "direction": line.direction,
        "amount": str(Money(line.amount_minor, line.currency)),
        "currency": line.currency,
        "text": line.text,
    }
