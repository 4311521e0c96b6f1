"""More is paid than is due, over the API: the new plan first, then the money."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField
from core.errors import refused_by
from core.money import Money
from core.serializers import ReadSerializer
from finance.loans import services
from finance.loans.api.loans import READ, rows
from finance.loans.schedules import Row
from finance.loans.services import Stays
from finance.payments.api import PaymentOut
from finance.payments.api.sales import SaleView
from finance.payments.models import Payment
from finance.payments.services import Tender
from stations.accounts.models import User
from stations.current_station import counter_of

PREPAY = "finance.prepay_principal"


class PrepaymentQuoteIn(serializers.Serializer):
    """An amount in the loan's currency, and what stays: the last day (`term`) or the instalment."""

    amount = AmountField()
    stays = serializers.ChoiceField(choices=Stays.choices)


class PrepayIn(PrepaymentQuoteIn):
    """As it was shown: the principal that is left and the date of the quote."""

    left = AmountField()
    on = serializers.DateField()


class PlannedRowOut(serializers.Serializer):
    """One instalment of the new plan."""

    due = serializers.DateField()
    principal = serializers.CharField()
    interest = serializers.CharField()
    payment = serializers.CharField()
    balance = serializers.CharField()


class PrepaymentQuoteOut(ReadSerializer):
    """What the amount is set on, what is left, the interest that is saved, and the new plan."""

    on = serializers.DateField()
    stays = serializers.CharField()
    dues = serializers.CharField()
    principal = serializers.CharField()
    left = serializers.CharField()
    advance = serializers.CharField()
    saved = serializers.CharField()
    currency = serializers.CharField(source="loan.currency")
    rows = PlannedRowOut(many=True)
    get_rows = staticmethod(lambda quote: [row_said(row, quote.loan.currency) for row in quote.schedule.rows])


def row_said(row: Row, currency: str) -> dict[str, Any]:
    """One row of a plan as the API says it."""
    names = ("principal", "interest", "payment", "balance")
    return {"due": row.due} | {name: str(Money(getattr(row, name), currency)) for name in names}


class PrepaymentQuote(APIView):
    """What paying so much early would do today; stores nothing."""

    requires = READ
    one_object = True
    out_example: ClassVar[dict[str, Any]] = {
        "on": "2026-12-25",
        "stays": "term",
        "dues": "2770.00",
        "principal": "5500.00",
        "left": "22000.00",
        "advance": "0.00",
        "saved": "297.00",
        "currency": "CNY",
        "rows": [
            {
                "due": "2027-01-25",
                "principal": "2000.00",
                "interest": "198.00",
                "payment": "2198.00",
                "balance": "20000.00",
            }
        ],
    }

    @extend_schema(
        parameters=[
            OpenApiParameter("amount", str, required=True),
            OpenApiParameter("stays", str, enum=Stays.values, required=True),
        ],
        responses=PrepaymentQuoteOut,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        loan = load(rows(), request.user, READ, pk=pk)
        asked = PrepaymentQuoteIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        about = asked.validated_data
        amount = about["amount"].in_currency(loan.currency)
        quote = services.quote_prepayment(loan=loan, amount=amount, stays=Stays(about["stays"]))
        return Response(PrepaymentQuoteOut(quote).data)


class PrepayPrincipal(SaleView):
    """Take more than is due in cash: all that is owed to date is paid, and what is left follows a new plan."""

    requires = PREPAY
    one_object = True
    success_status = 201
    In = PrepayIn
    refusals = refused_by(services.prepay_principal)
    in_example: ClassVar[dict[str, Any]] = {
        "amount": "8270.00",
        "stays": "term",
        "left": "22000.00",
        "on": "2026-12-25",
    }
    out_example = PaymentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Payment:
        loan = load(rows(), user, PREPAY, pk=pk)
        return services.prepay_principal(
            loan=loan,
            amount=data["amount"].in_currency(loan.currency),
            stays=Stays(data["stays"]),
            left=data["left"].in_currency(loan.currency),
            on=data["on"],
            station=counter_of(user, PREPAY),
            tender=Tender(payer=loan.borrower),
            by=user,
            at=at,
            key=key,
        )
