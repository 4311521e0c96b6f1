"""Loans repaid at the counter, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField
from core.errors import refused_by
from core.serializers import ReadSerializer
from finance.loans import services
from finance.loans.api.loans import READ, rows
from finance.loans.queries import due_of, unallocated_of, with_unallocated
from finance.payments.api import PaymentOut
from finance.payments.api.sales import SaleView
from finance.payments.models import Payment
from finance.payments.services import Tender
from stations.accounts.models import User
from stations.current_station import counter_of

REPAY = "finance.receive_repayment"


class RepaymentIn(serializers.Serializer):
    """An amount in the loan's currency."""

    amount = AmountField()


class PayoffQuoteOut(ReadSerializer):
    """What is due now, and what ends the loan, as of the last close.

    `unallocated` was paid while the close had skipped the loan; both are less it.
    """

    number = serializers.CharField()
    due = serializers.CharField()
    payoff = serializers.CharField()
    unallocated = serializers.CharField()
    currency = serializers.CharField()
    closed_until = serializers.DateField(source="last_closed_date", allow_null=True)
    get_due = staticmethod(lambda loan: str(due_of(loan)))
    get_payoff = staticmethod(lambda loan: str(services.payoff_of(loan)))
    get_unallocated = staticmethod(lambda loan: str(unallocated_of(loan)))


class PayoffQuote(APIView):
    """What is due now, and what ends the loan today; stores nothing."""

    requires = READ
    one_object = True
    out_example: ClassVar[dict[str, Any]] = {
        "number": "321324-0007-L261125-K7P2",
        "due": "2770.00",
        "payoff": "30270.00",
        "unallocated": "0.00",
        "currency": "CNY",
        "closed_until": "2026-12-24",
    }

    @extend_schema(responses=PayoffQuoteOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PayoffQuoteOut(load(with_unallocated(rows()), request.user, READ, pk=pk)).data)


class ReceiveRepayment(SaleView):
    """Take a repayment in cash: what is due is paid, the rest waits until it falls due.

    On a loan that the close has skipped all of it waits; once the loan is mended it counts from its own day.
    """

    requires = REPAY
    one_object = True
    success_status = 201
    In = RepaymentIn
    refusals = refused_by(services.receive_repayment)
    in_example: ClassVar[dict[str, Any]] = {"amount": "2770.00"}
    out_example = PaymentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Payment:
        loan = load(rows(), user, REPAY, pk=pk)
        return services.receive_repayment(
            loan=loan,
            amount=data["amount"].in_currency(loan.currency),
            station=counter_of(user, REPAY),
            tender=Tender(payer=loan.borrower),
            by=user,
            at=at,
            key=key,
        )


class PayOffLoan(SaleView):
    """Take all that ends the loan today; the amount is the one that was shown."""

    requires = REPAY
    one_object = True
    success_status = 201
    In = RepaymentIn
    refusals = refused_by(services.pay_off_loan)
    in_example: ClassVar[dict[str, Any]] = {"amount": "30270.00"}
    out_example = PaymentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Payment:
        loan = load(rows(), user, REPAY, pk=pk)
        return services.pay_off_loan(
            loan=loan,
            expected=data["amount"].in_currency(loan.currency),
            station=counter_of(user, REPAY),
            tender=Tender(payer=loan.borrower),
            by=user,
            at=at,
            key=key,
        )
