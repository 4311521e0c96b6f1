"""What paying a bill costs and earns, and paying it."""

import datetime as dt
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.api import AmountField, VerbView
from core.errors import refused_by
from finance.bills import services
from finance.bills.api.named import PAY, biller_of, fetched_of, station_of
from finance.bills.models import Biller
from finance.bills.parameters import ParametersInvalid, checked, parameters_of
from finance.fees.services import FeeQuote
from finance.payments.api import PaymentOut
from finance.payments.api.named import amount_in
from finance.payments.api.sales import QuoteOut, SaleIn, SaleView, tender_in
from finance.payments.models import Payment
from stations.accounts.models import User


class BillQuoteIn(serializers.Serializer):
    """An amount for a biller at a station, for a bill that was fetched or for the parameters of a customer."""

    biller = serializers.CharField(max_length=20)
    amount = AmountField()
    station = serializers.CharField(max_length=11)
    fetch_id = serializers.UUIDField(required=False, allow_null=True)
    parameters = serializers.DictField(child=serializers.CharField(max_length=80, allow_blank=True), required=False)


class BillPaymentIn(SaleIn):
    """A bill that was fetched, or parameters and amount for a biller that cannot be asked."""

    fetch_id = serializers.UUIDField(required=False, allow_null=True)
    biller = serializers.CharField(max_length=20, required=False)
    parameters = serializers.DictField(child=serializers.CharField(max_length=80, allow_blank=True), required=False)
    amount = AmountField(required=False, allow_null=True)
    station = serializers.CharField(max_length=11)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("fetch_id") and not attrs.get("biller"):
            raise ValidationError({"fetch_id": ["Name a fetched bill, or a biller with parameters and amount."]})
        return super().validate(attrs)


class BillQuotes(VerbView):
    """Quote a bill payment: what it would cost the villager and earn the one who acts."""

    requires = PAY
    In = BillQuoteIn
    Out = QuoteOut
    refusals = (ParametersInvalid, *refused_by(services.quote_bill))
    in_example = {"biller": "JS-POWER", "amount": "186.40", "station": "321324-0007"}
    out_example = {"amount": "186.40", "agent_fee": "0.00", "total": "186.40", "own_part": "1.00", "currency": "CNY"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> FeeQuote:
        biller = biller_of(data["biller"])
        return services.quote_bill(
            biller=biller,
            amount=data["amount"].in_currency(biller.currency),
            station=station_of(user, data["station"]),
            by=user,
            at=at,
            fetch=fetched_of(user, data),
            parameters=self._parameters(biller, data),
        )

    def _parameters(self, biller: Biller, data: dict[str, Any]) -> dict[str, str] | None:
        given = data.get("parameters")
        return checked(parameters_of(biller), given) if given else None


class BillPayments(SaleView):
    """Pay a bill. 202: the company has been told or will be at once; follow the payment for its end."""

    requires = PAY
    In = BillPaymentIn
    refusals = refused_by(services.pay_bill)
    in_example = {
        "fetch_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "station": "321324-0007",
        "agent_fee": "0.00",
        "own_part": "1.00",
        "cash_given": "200.00",
    }
    out_example = PaymentOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Payment:
        fetch = fetched_of(user, data)
        biller = fetch.biller if fetch else biller_of(data["biller"])
        amount = amount_in(data, "amount", biller.currency)
        shown, payer = (amount or fetch.amount, fetch.payer) if fetch else (amount, None)
        return services.pay_bill(
            biller=biller,
            fetch=fetch,
            parameters=data.get("parameters", {}),
            amount=amount,
            station=station_of(user, data["station"]),
            tender=tender_in(user, data, currency=biller.currency, amount=shown, payer=payer),
            by=user,
            at=at,
            key=key,
        )
