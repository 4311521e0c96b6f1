"""Recharges over the API."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import AmountField, VerbView
from core.days import day_in
from core.errors import refused_by
from core.money import decimal_text
from core.serializers import ReadSerializer
from finance.fees.services import FeeQuote
from finance.payments.api import PaymentOut
from finance.payments.api.named import amount_in
from finance.payments.api.sales import QuoteOut, SaleIn, SaleView, tender_in
from finance.payments.models import Payment
from finance.recharge import services
from finance.recharge.models import Operator, Plan
from finance.recharge.numbers import first_digits, operator_of
from finance.recharge.queries import Shelf, plan_called, shelves_on
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Station
from stations.network.queries import station_at

RECHARGE = "finance.recharge_phone"
PHONE = r"^\+?[0-9]{3,15}$"


class OperatorPlanOut(serializers.Serializer):
    """What an operator sells: the villager pays `face_amount`."""

    code = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    face_amount = serializers.CharField()


class OperatorOut(ReadSerializer):
    """A telephone company with its plans; other amounts go from `min_amount` to `max_amount`."""

    code = serializers.CharField(source="operator.code")
    name = serializers.DictField(child=serializers.CharField())
    currency = serializers.CharField(source="operator.currency")
    min_amount = serializers.CharField()
    max_amount = serializers.CharField()
    plans = OperatorPlanOut(many=True)

    @staticmethod
    def get_name(shelf: Shelf) -> Any:
        return {"en": shelf.operator.name, "zh-hans": shelf.operator.name_zh}

    @staticmethod
    def get_min_amount(shelf: Shelf) -> str:
        return decimal_text(shelf.operator.min_amount_minor, shelf.operator.currency)

    @staticmethod
    def get_max_amount(shelf: Shelf) -> str:
        return decimal_text(shelf.operator.max_amount_minor, shelf.operator.currency)

    @staticmethod
    def get_plans(shelf: Shelf) -> Any:
        return [
            {
                "code": plan.code,
                "kind": plan.kind,
                "name": {"en": plan.name, "zh-hans": plan.name_zh},
                "face_amount": decimal_text(plan.face_amount_minor, shelf.operator.currency),
            }
            for plan in shelf.plans
        ]


class OperatorsOut(serializers.Serializer):
    """All operators; `found` is the code of the one whose numbers begin like `phone`, null where none does."""

    found = serializers.CharField(allow_null=True)
    results = OperatorOut(many=True)


class RechargeQuoteIn(serializers.Serializer):
    """A phone, its operator, and a plan or an amount that no plan names."""

    phone = serializers.RegexField(PHONE, max_length=16)
    operator = serializers.CharField(max_length=20)
    plan = serializers.CharField(max_length=40, required=False, allow_null=True)
    amount = AmountField(required=False, allow_null=True)
    station = serializers.CharField(max_length=11)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("plan") and not attrs.get("amount"):
            raise ValidationError({"plan": ["Name a plan, or an amount."]})
        return attrs


class RechargeIn(SaleIn, RechargeQuoteIn):
    """What is recharged, for whom, and what was shown before."""

    confirmed_operator = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="The operator again, where the number begins like another's and the villager says that it has moved.",
    )


class OperatorSearch(serializers.Serializer):
    """Whose number, seen from which station or in which country."""

    phone = serializers.RegexField(PHONE, default="", allow_blank=True, max_length=16)
    station = serializers.CharField(default="", allow_blank=True, max_length=11)
    country = serializers.RegexField(r"^[A-Z]{2}$", default="", allow_blank=True)


class OperatorList(APIView):
    """List operators with what they sell today; with a phone or its first digits, whose it is.

    A reader without a counter names a country; otherwise the station's, or the reader's own counter's, counts.
    """

    requires = "finance.read_operator"

    @extend_schema(
        operation_id="operatorsList",
        parameters=[
            OpenApiParameter("phone", str, pattern=PHONE),
            OpenApiParameter("station", str),
            OpenApiParameter("country", str, pattern="^[A-Z]{2}$"),
        ],
        responses=OperatorsOut,
    )
    def get(self, request: Any) -> Response:
        asked = OperatorSearch(data=request.query_params)
        asked.is_valid(raise_exception=True)
        phone = asked.validated_data["phone"]
        country, on = _country_and_date(request.user, **asked.validated_data)
        found = operator_of(first_digits(phone, country=country), country=country, on=on) if phone else None
        shelves = shelves_on(on, country=country)
        return Response({"found": found.code if found else None, "results": OperatorOut(shelves, many=True).data})


class RechargeQuotes(VerbView):
    """Quote a recharge: what it would cost the villager and earn the one who acts."""

    requires = RECHARGE
    In = RechargeQuoteIn
    Out = QuoteOut
    refusals = refused_by(services.quote_recharge)
    in_example = {
        "phone": "13805160001",
        "operator": "CN-MOBILE",
        "plan": "CN-MOBILE-100",
        "station": "321324-0007",
    }
    out_example = {"amount": "100.00", "agent_fee": "0.00", "total": "100.00", "own_part": "1.00", "currency": "CNY"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> FeeQuote:
        station = _station(user, data["station"])
        operator = _operator(data["operator"])
        return services.quote_recharge(
            phone=data["phone"],
            operator=operator,
            plan=_plan(data, operator, on=day_in(station.zone, at)),
            amount=amount_in(data, "amount", operator.currency),
            station=station,
            by=user,
            at=at,
        )


class Recharges(SaleView):
    """Recharge a phone. 202: the operator has been told or will be at once; follow the payment for its end."""

    requires = RECHARGE
    In = RechargeIn
    refusals = refused_by(services.recharge_phone)
    in_example = {
        "phone": "13805160001",
        "operator": "CN-MOBILE",
        "plan": "CN-MOBILE-100",
        "station": "321324-0007",
        "agent_fee": "0.00",
        "own_part": "1.00",
        "cash_given": "100.00",
    }
    out_example = PaymentOut.example | {
        "purpose": "recharge",
        "amount": "100.00",
        "total": "100.00",
        "cash_given": "100.00",
        "change_given": "0.00",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Payment:
        station = _station(user, data["station"])
        operator = _operator(data["operator"])
        plan = _plan(data, operator, on=day_in(station.zone, at))
        amount = amount_in(data, "amount", operator.currency)
        return services.recharge_phone(
            phone=data["phone"],
            operator=operator,
            plan=plan,
            amount=amount,
            station=station,
            tender=tender_in(user, data, currency=operator.currency, amount=plan.face if plan else amount),
            by=user,
            at=at,
            key=key,
            confirmed_operator=data.get("confirmed_operator", ""),
        )


def _operator(code: str) -> Operator:
    operator = Operator.objects.select_related("provider").filter(code=code).first()
    if operator is None:
        raise Http404
    return operator


def _plan(data: dict[str, Any], operator: Operator, *, on: Any) -> Plan | None:
    if not data.get("plan"):
        return None
    plan = plan_called(data["plan"], operator, on=on)
    if plan is None:
        raise services.PlanNotSold(field="plan", operator=operator.title)
    return plan


def _country_and_date(user: User, *, station: str, country: str, **_phone: str) -> tuple[str, dt.date]:
    """Whose operators, and which day it is there: of the station named, of the country named, or of the own counter."""
    if country and not station:
        return country, timezone.localdate()
    place = _station(user, station) if station else _own_counter(user)
    return place.county.country, day_in(place.zone, now())


def _own_counter(user: User) -> Station:
    try:
        return counter_of(user, RECHARGE)
    except PermissionDenied as error:
        raise ValidationError({"country": [_("Give a country: you are not at a counter.")]}) from error


def _station(user: User, code: str) -> Station:
    return station_at(user, RECHARGE, code)
