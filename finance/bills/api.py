"""Bills over the API."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField, VerbView
from core.days import day_in
from core.errors import ProviderDown, QuoteChanged
from core.money import Money, parse
from finance.bills import reminders, services
from finance.bills.models import BillAccount, Biller, BillFetch
from finance.bills.parameters import ParametersInvalid, checked
from finance.bills.queries import billers_serving
from finance.bills.waiting import wait_for_answer
from finance.fees.services import FeeQuote
from finance.floats.services import NoPartnerHere
from finance.payments.api import PaymentOut, payment_out
from finance.payments.models import Refund
from finance.payments.queries import warnings_at
from finance.payments.services import CeilingReached, CodeProof, FloatTooSmall
from finance.tills.services import CashDayNotOpen
from stations.models import Person, Station
from stations.people.masking import mask_name

PAY = "finance.pay_bill"


class ParameterOut(serializers.Serializer):
    """One thing to ask the customer for."""

    name = serializers.CharField()
    label = serializers.DictField(child=serializers.CharField())
    hint = serializers.DictField(child=serializers.CharField())
    kind = serializers.CharField()
    min_length = serializers.IntegerField()
    max_length = serializers.IntegerField()
    pattern = serializers.CharField()
    check = serializers.CharField()
    is_required = serializers.BooleanField()


class BillerOut(serializers.Serializer):
    """A company whose bills we collect, and what to ask its customers for."""

    code = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    category = serializers.CharField()
    currency = serializers.CharField()
    fetch = serializers.CharField()
    amount_rule = serializers.CharField()
    min_amount = serializers.CharField()
    max_amount = serializers.CharField()
    parameters = ParameterOut(many=True)


class BillersOut(serializers.Serializer):
    """All billers that serve a place."""

    results = BillerOut(many=True)


class BillFetchIn(serializers.Serializer):
    """Which biller to ask, about whom."""

    biller = serializers.CharField(max_length=20)
    parameters = serializers.DictField(child=serializers.CharField(max_length=80, allow_blank=True))
    station = serializers.CharField(max_length=11)
    payer = serializers.UUIDField(required=False, allow_null=True)


class BillFetchOut(serializers.Serializer):
    """A question to a biller and, once it has answered, the bill. The customer's name is masked."""

    fetch_id = serializers.UUIDField()
    status = serializers.CharField()
    biller = serializers.CharField()
    customer_name = serializers.CharField(allow_null=True)
    period = serializers.CharField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    failure_code = serializers.CharField(allow_null=True)


class BillQuoteIn(serializers.Serializer):
    """An amount for a biller at a station, for a bill that was fetched or for the parameters of a customer."""

    biller = serializers.CharField(max_length=20)
    amount = AmountField()
    station = serializers.CharField(max_length=11)
    fetch_id = serializers.UUIDField(required=False, allow_null=True)
    parameters = serializers.DictField(child=serializers.CharField(max_length=80, allow_blank=True), required=False)


class BillQuoteOut(serializers.Serializer):
    """What the villager would pay, and what the one who acts would earn."""

    amount = serializers.CharField()
    agent_fee = serializers.CharField()
    total = serializers.CharField()
    own_part = serializers.CharField()
    currency = serializers.CharField()


class BillPaymentIn(serializers.Serializer):
    """A bill that was fetched, or parameters and amount for a biller that cannot be asked."""

    fetch_id = serializers.UUIDField(required=False, allow_null=True)
    biller = serializers.CharField(max_length=20, required=False)
    parameters = serializers.DictField(child=serializers.CharField(max_length=80, allow_blank=True), required=False)
    amount = AmountField(required=False, allow_null=True)
    station = serializers.CharField(max_length=11)
    payer = serializers.UUIDField(required=False, allow_null=True)
    payer_phone = serializers.RegexField(r"^\+[0-9]{6,15}$", required=False, allow_blank=True)
    cash_given = AmountField(required=False, allow_null=True)
    agent_fee = AmountField(required=False, help_text="As quoted; refused `quote_changed` when it differs now.")
    own_part = AmountField(required=False, help_text="As quoted; refused `quote_changed` when it differs now.")
    refund = serializers.UUIDField(required=False, allow_null=True, help_text="Money owed back that pays for this.")
    code = serializers.RegexField(r"^[0-9]{6}$", required=False, help_text="The code that proves the refund.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("fetch_id") and not attrs.get("biller"):
            raise ValidationError({"fetch_id": ["Name a fetched bill, or a biller with parameters and amount."]})
        if ("agent_fee" in attrs) != ("own_part" in attrs):
            raise ValidationError({"own_part": ["Send both parts of the quote, or none."]})
        if bool(attrs.get("refund")) != bool(attrs.get("code")):
            raise ValidationError({"code": ["A refund that pays needs its code."]})
        return attrs


class BillerList(APIView):
    """The billers that serve a station, or all of them."""

    requires = PAY

    @extend_schema(
        operation_id="billers_list",
        parameters=[OpenApiParameter("category", str), OpenApiParameter("station", str)],
        responses=BillersOut,
    )
    def get(self, request: Any) -> Response:
        code = request.query_params.get("station")
        station = load(Station.objects, request.user, PAY, code=code) if code else None
        on = day_in(station.zone, now()) if station else now().date()
        billers = billers_serving(on=on, station=station, category=request.query_params.get("category", ""))
        return Response({"results": [biller_out(biller) for biller in billers]})


class BillerDetail(APIView):
    """One biller, with what to ask its customers for."""

    requires = PAY

    @extend_schema(responses=BillerOut)
    def get(self, request: Any, code: str) -> Response:
        return Response(biller_out(_biller(code)))


class BillFetches(VerbView):
    """Ask a biller what a customer owes: 200 with the bill when it answers at once, else 202 and a fetch to poll."""

    requires = PAY
    In = BillFetchIn
    Out = BillFetchOut
    success_status = 202
    refusals = (ParametersInvalid, services.ServiceNotOpen, services.BillerNotServed, ProviderDown)
    in_example = {"biller": "JS-POWER", "parameters": {"customer_no": "3213240012345"}, "station": "321324-0007"}
    out_example = {
        "fetch_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "status": "requested",
        "biller": "JS-POWER",
        "customer_name": None,
        "period": None,
        "due_date": None,
        "amount": None,
        "currency": "CNY",
        "expires_at": None,
        "failure_code": None,
    }

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str) -> dict[str, Any]:
        fetch = services.request_fetch(
            biller=_biller(data["biller"]),
            parameters=data["parameters"],
            station=_station(user, data["station"]),
            payer=_payer(user, data.get("payer")),
            by=user,
            at=at,
        )
        return fetch_out(fetch)

    def post(self, request: Any, **path: Any) -> Response:
        response = super().post(request, **path)
        if response.status_code != self.success_status:
            return response
        fetch = wait_for_answer(response.data["fetch_id"])
        if fetch.status == BillFetch.Status.REQUESTED:
            return response
        return Response(fetch_out(fetch), headers=dict(response.items()))


class BillFetchDetail(APIView):
    """What a biller has answered so far."""

    requires = "finance.read_bill"
    one_object = True

    @extend_schema(responses=BillFetchOut)
    def get(self, request: Any, pk: Any) -> Response:
        return Response(fetch_out(load(BillFetch.objects.select_related("biller"), request.user, self.requires, pk=pk)))


class ReminderOut(serializers.Serializer):
    """Whether the household hears of bills of this account before they are due."""

    biller = serializers.CharField()
    parameters = serializers.DictField(child=serializers.CharField())
    remind = serializers.BooleanField()

    example: ClassVar[dict[str, Any]] = {
        "biller": "JS-POWER",
        "parameters": {"customer_no": "3213240012345"},
        "remind": True,
    }


class RemindBill(VerbView):
    """Remind the household three days and one day before a bill of this account is due."""

    requires = "finance.remind_bill"
    one_object = True
    Out = ReminderOut
    refusals = (reminders.NobodyToRemind,)
    out_example = ReminderOut.example

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, pk: Any) -> dict[str, Any]:
        return reminder_out(reminders.remind_bill(fetch=_fetch(user, self.requires, pk), by=user, at=at))


class StopReminding(VerbView):
    """Remind nobody of bills of this account any more."""

    requires = "finance.remind_bill"
    one_object = True
    Out = ReminderOut
    refusals = (reminders.NobodyToRemind,)
    out_example = {**ReminderOut.example, "remind": False}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, pk: Any) -> dict[str, Any]:
        return reminder_out(reminders.stop_reminding(fetch=_fetch(user, self.requires, pk), by=user, at=at))


class BillQuotes(VerbView):
    """What paying an amount would cost the villager and earn the one who acts."""

    requires = PAY
    In = BillQuoteIn
    Out = BillQuoteOut
    refusals = (ParametersInvalid, services.AmountNotAllowed)
    in_example = {"biller": "JS-POWER", "amount": "186.40", "station": "321324-0007"}
    out_example = {"amount": "186.40", "agent_fee": "0.00", "total": "186.40", "own_part": "1.00", "currency": "CNY"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str) -> dict[str, Any]:
        biller = _biller(data["biller"])
        quote = services.quote_bill(
            biller=biller,
            amount=parse(data["amount"], biller.currency, field="amount"),
            station=_station(user, data["station"]),
            by=user,
            at=at,
            fetch=_fetched(user, data),
            parameters=self._parameters(biller, data),
        )
        return {
            "amount": str(quote.amount),
            "agent_fee": str(quote.agent_fee),
            "total": str(quote.total),
            "own_part": str(quote.own_part),
            "currency": quote.amount.currency,
        }

    def _parameters(self, biller: Biller, data: dict[str, Any]) -> dict[str, str] | None:
        given = data.get("parameters")
        return checked(biller.parameters.order_by("position"), given) if given else None


class BillPayments(VerbView):
    """Pay a bill. 202: the company has been told or will be at once; follow the payment for its end."""

    requires = PAY
    In = BillPaymentIn
    Out = PaymentOut
    success_status = 202
    refusals = (
        ParametersInvalid,
        services.ServiceNotOpen,
        services.BillerNotServed,
        services.FetchExpired,
        services.NothingToPay,
        services.FetchNeeded,
        services.AmountNotAllowed,
        services.BillInProgress,
        services.BillAlreadyPaid,
        QuoteChanged,
        FloatTooSmall,
        NoPartnerHere,
        CeilingReached,
        CashDayNotOpen,
        ProviderDown,
    )
    in_example = {
        "fetch_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "station": "321324-0007",
        "agent_fee": "0.00",
        "own_part": "1.00",
        "cash_given": "200.00",
    }
    out_example = PaymentOut.example

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str) -> dict[str, Any]:
        fetch = _fetched(user, data)
        biller = fetch.biller if fetch else _biller(data["biller"])
        amount = _amount(data, "amount", biller)
        payment = services.pay_bill(
            biller=biller,
            fetch=fetch,
            parameters=data.get("parameters", {}),
            amount=amount,
            station=_station(user, data["station"]),
            payer=_payer(user, data.get("payer")) or (fetch.payer if fetch else None),
            payer_phone=data.get("payer_phone", ""),
            by=user,
            at=at,
            key=key,
            expected=self._quote(data, biller, amount or (fetch.amount if fetch else None)),
            cash_given=_amount(data, "cash_given", biller),
            refund=load(Refund.objects, user, "finance.spend_refund", pk=data["refund"])
            if data.get("refund")
            else None,
            proof=CodeProof(data["code"]) if data.get("code") else None,
        )
        return {**payment_out(payment), "warnings": warnings_at(payment.station, at=at)}

    def _quote(self, data: dict[str, Any], biller: Biller, amount: Money | None) -> FeeQuote | None:
        if "own_part" not in data or amount is None:
            return None
        return FeeQuote(amount, _amount(data, "agent_fee", biller), _amount(data, "own_part", biller))


def biller_out(biller: Biller) -> dict[str, Any]:
    """A biller as the API shows it."""
    return {
        "code": biller.code,
        "name": {"en": biller.name, "zh-hans": biller.name_zh},
        "category": biller.category.code,
        "currency": biller.currency,
        "fetch": biller.fetch,
        "amount_rule": biller.amount_rule,
        "min_amount": str(Money(biller.min_amount_minor, biller.currency)),
        "max_amount": str(Money(biller.max_amount_minor, biller.currency)),
        "parameters": [
            {
                "name": row.name,
                "label": {"en": row.label, "zh-hans": row.label_zh},
                "hint": {"en": row.hint, "zh-hans": row.hint_zh},
                "kind": row.kind,
                "min_length": row.min_length,
                "max_length": row.max_length,
                "pattern": row.pattern,
                "check": row.check_digits,
                "is_required": row.is_required,
            }
            for row in sorted(biller.parameters.all(), key=lambda row: row.position)
        ],
    }


def fetch_out(fetch: BillFetch) -> dict[str, Any]:
    """A fetch as the API shows it, the customer masked."""
    return {
        "fetch_id": str(fetch.our_ref),
        "status": fetch.status,
        "biller": fetch.biller.code,
        "customer_name": mask_name(fetch.customer_name) if fetch.customer_name else None,
        "period": fetch.period or None,
        "due_date": fetch.due_date,
        "amount": str(fetch.amount) if fetch.amount else None,
        "currency": fetch.currency,
        "expires_at": fetch.expires_at,
        "failure_code": fetch.failure_code or None,
    }


def reminder_out(account: BillAccount) -> dict[str, Any]:
    """An account as far as reminding goes."""
    return {"biller": account.biller.code, "parameters": account.parameters, "remind": account.remind}


def _fetch(user: Any, verb: str, pk: Any) -> BillFetch:
    return load(BillFetch.objects.select_related("biller", "household", "station"), user, verb, pk=pk)


def _fetched(user: Any, data: dict[str, Any]) -> BillFetch | None:
    if not data.get("fetch_id"):
        return None
    fetches = BillFetch.objects.select_related("biller__provider", "payer", "household")
    return load(fetches, user, PAY, pk=data["fetch_id"])


def _biller(code: str) -> Biller:
    biller = (
        Biller.objects.select_related("category", "provider").prefetch_related("parameters").filter(code=code).first()
    )
    if biller is None:
        raise Http404
    return biller


def _station(user: Any, code: str) -> Station:
    return load(Station.objects.select_related("county", "village"), user, PAY, code=code)


def _payer(user: Any, pk: Any) -> Person | None:
    return load(Person.objects.select_related("household"), user, "stations.find_person", pk=pk) if pk else None


def _amount(data: dict[str, Any], name: str, biller: Biller) -> Money | None:
    return parse(data[name], biller.currency, field=name) if data.get(name) else None
