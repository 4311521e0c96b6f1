"""Payments, receipts and refunds over the API."""

import datetime as dt
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC, load, load_compiled
from core.api import CurrencyField, VerbView
from core.errors import refused_by
from core.history import story_of
from core.language.typed import Line
from core.money import decimal_text, parse
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payments import services
from finance.payments.models import Payment, PaymentDecision, Receipt
from finance.payments.queries import search_payments
from finance.payments.services import refunds as refund_services
from finance.payments.waiting import decided_in_a_moment
from stations.accounts.models import User

READ = "finance.read_payment"


class ChangeOut(serializers.Serializer):
    """One step of a history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    made_by = serializers.CharField()


class PaymentOut(serializers.Serializer):
    """A payment: amounts as decimal strings, `deadline_at` while its end is not known."""

    our_ref = serializers.UUIDField()
    purpose = serializers.CharField()
    station = serializers.CharField()
    status = serializers.CharField()
    status_label = serializers.CharField()
    amount = serializers.CharField()
    agent_fee = serializers.CharField()
    total = serializers.CharField()
    currency = serializers.CharField()
    method = serializers.CharField()
    funding = serializers.CharField()
    taken_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    cutoff_at = serializers.DateTimeField(allow_null=True)
    deadline_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    failure_code = serializers.CharField(allow_null=True)
    refunded = serializers.CharField()
    cash_given = serializers.CharField(allow_null=True)
    change_given = serializers.CharField(allow_null=True)
    warnings = serializers.ListField(child=serializers.DictField(), help_text="`code` and `detail`, e.g. ceiling_near.")

    example: ClassVar[dict[str, Any]] = {
        "our_ref": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
        "purpose": "bill",
        "station": "321324-0007",
        "status": "held",
        "status_label": "set aside",
        "amount": "186.40",
        "agent_fee": "0.00",
        "total": "186.40",
        "currency": "CNY",
        "method": "cash",
        "funding": "float",
        "taken_at": "2026-11-25T02:41:00.000Z",
        "submitted_at": None,
        "cutoff_at": None,
        "deadline_at": None,
        "finished_at": None,
        "failure_code": None,
        "refunded": "0.00",
        "cash_given": "200.00",
        "change_given": "13.60",
        "warnings": [],
    }


class PaymentDetailOut(PaymentOut):
    """A payment with its history."""

    pay_url = serializers.CharField(allow_null=True, help_text="Where the payer pays online, while it can be paid.")
    history = ChangeOut(many=True)


class ReceiptOut(ReadSerializer):
    """A slip: its lines are data; labels and values in several languages are mappings by language."""

    number = serializers.CharField()
    kind = serializers.CharField()
    issued_at = serializers.DateTimeField()
    lines = serializers.ListField(child=serializers.DictField())
    verify_url = serializers.CharField()


class ReceiptsOut(serializers.Serializer):
    """The slips of one payment, oldest first."""

    results = ReceiptOut(many=True)


class PublicReceiptOut(serializers.Serializer):
    """What anybody with the slip may know."""

    number = serializers.CharField()
    status = serializers.CharField()
    amount = serializers.CharField()
    agent_fee = serializers.CharField()
    total = serializers.CharField()
    currency = serializers.CharField()


class DecisionIn(serializers.Serializer):
    """How it ended, why, and the stored paper that says so."""

    outcome = serializers.ChoiceField(PaymentDecision.Outcome.choices)
    reason = Line(max_length=300)
    evidence = serializers.UUIDField(required=False, allow_null=True)


class ConfirmIn(serializers.Serializer):
    """The proposed end that the second person has read."""

    outcome = serializers.ChoiceField(PaymentDecision.Outcome.choices)


class PaymentSearch(serializers.Serializer):
    """How a list of payments is narrowed."""

    amount = serializers.CharField(required=False, max_length=20)
    currency = CurrencyField(default="CNY")
    phone_tail = serializers.RegexField(r"^[0-9]{4,11}$", default="", allow_blank=True)
    number = serializers.CharField(default="", allow_blank=True, max_length=32)


class PaymentPages(CursorPages):
    ordering = "-our_ref"


class PaymentList(APIView):
    """List payments within reach, newest first: by amount, time, the payer's phone tail, or the receipt's number."""

    requires = READ
    pagination_class = PaymentPages

    @extend_schema(
        parameters=[
            OpenApiParameter("amount", str),
            OpenApiParameter("currency", str, pattern="^[A-Z]{3}$"),
            OpenApiParameter("phone_tail", str, pattern="^[0-9]{4,11}$"),
            OpenApiParameter("number", str),
            OpenApiParameter("cursor", str),
        ],
        responses=PaymentOut(many=True),
    )
    def get(self, request: Any) -> Response:
        query = _searched(request)
        found = search_payments(
            _rows().open_to(request.user, READ),
            amount=parse(query["amount"], query["currency"], field="amount") if "amount" in query else None,
            phone_tail=query["phone_tail"],
            number=query["number"].upper(),
        )
        pages = self.pagination_class()
        labels = _status_labels(get_language())
        page: list[Any] = pages.paginate_queryset(found, request, view=self) or []
        return pages.get_paginated_response([_row_out(row, labels) for row in page])


class PaymentDetail(APIView):
    """Get a payment with its history.

    One that was taken a moment ago is answered once it is decided, after a second and a half at the latest.
    """

    requires = READ
    one_object = True

    @extend_schema(responses=PaymentDetailOut)
    def get(self, request: Any, pk: UUID) -> Response:
        payment = decided_in_a_moment(_load_payment(request.user, READ, pk), at=now())
        history = [
            {"old": change.old, "new": change.new, "at": change.at, "made_by": change.actor_kind}
            for change in story_of(payment)
        ]
        pay_url = services.pay_url_of(payment) or None
        return Response({**payment_out(payment), "pay_url": pay_url, "history": history})


@load_compiled("pk")
def _load_payment() -> QuerySet[Payment]:
    return Payment.objects.select_related("station")


class PaymentReceipts(APIView):
    """Get the slips of a payment."""

    requires = READ
    one_object = True

    @extend_schema(responses=ReceiptsOut)
    def get(self, request: Any, pk: UUID) -> Response:
        payment = load(Payment.objects.all(), request.user, READ, pk=pk)
        return Response({"results": ReceiptOut(payment.receipts.order_by("issued_at", "pk"), many=True).data})


class CancelPayment(VerbView):
    """Cancel a payment that has not been sent."""

    requires = "finance.cancel_payment"
    one_object = True
    Out = PaymentOut
    refusals = refused_by(services.cancel_payment)
    out_example = {**PaymentOut.example, "status": "failed", "failure_code": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        payment = load(Payment.objects.all(), user, self.requires, pk=pk)
        return payment_out(services.cancel_payment(payment=payment, by=user, at=at))


class ProposeDecision(VerbView):
    """Propose how a payment under review ended; another person decides."""

    requires = "finance.decide_payment"
    one_object = True
    In = DecisionIn
    Out = PaymentOut
    refusals = refused_by(services.propose_decision)
    in_example = {"outcome": "failed", "reason": "letter of the company of 2 December"}
    out_example = {**PaymentOut.example, "status": "manual_review"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        payment = load(Payment.objects.select_related("station"), user, self.requires, pk=pk)
        services.propose_decision(
            payment=payment,
            outcome=data["outcome"],
            reason=data["reason"],
            evidence=refund_services.own_photo(data.get("evidence"), by=user),
            by=user,
            at=at,
        )
        return payment_out(payment)


class DecidePayment(VerbView):
    """Confirm how a payment ended, as another person proposed."""

    requires = "finance.decide_payment"
    one_object = True
    In = ConfirmIn
    Out = PaymentOut
    refusals = refused_by(services.decide_payment)
    in_example: ClassVar[dict[str, Any]] = {"outcome": "failed"}
    out_example = {**PaymentOut.example, "status": "failed", "failure_code": "decided_by_people"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        payment = load(Payment.objects.select_related("station"), user, self.requires, pk=pk)
        return payment_out(services.decide_payment(payment=payment, outcome=data["outcome"], by=user, at=at))


class PublicReceipt(APIView):
    """Check a slip: whether it is genuine, and what it says, for anybody who holds it."""

    requires = PUBLIC

    @extend_schema(parameters=[OpenApiParameter("code", str, required=True)], responses=PublicReceiptOut)
    def get(self, request: Any, number: str) -> Response:
        code = request.query_params.get("code", "")
        receipt = Receipt.objects.filter(number=number, verify_code=code).select_related("payment").first()
        if receipt is None:
            raise Http404
        payment = receipt.payment
        return Response(
            {
                "number": receipt.number,
                "status": payment.status,
                "amount": str(payment.amount),
                "agent_fee": str(payment.agent_fee),
                "total": str(payment.total),
                "currency": payment.currency,
            }
        )


#: What `PaymentOut` is made of; lists read it as plain rows, since making models of them costs more than the query.
COLUMNS = (
    "our_ref",
    "purpose",
    "station__code",
    "status",
    "amount_minor",
    "agent_fee_minor",
    "total_minor",
    "refunded_minor",
    "owed_minor",
    "cash_given_minor",
    "currency",
    "method",
    "funding",
    "taken_at",
    "submitted_at",
    "cutoff_at",
    "deadline_at",
    "finished_at",
    "failure_code",
)


@cache
def _rows() -> Any:
    """Payments as plain rows; which columns they have is worked out once and not at every request."""
    return Payment.objects.values(*COLUMNS)


def _searched(request: Any) -> dict[str, Any]:
    if not PaymentSearch._declared_fields.keys() & request.query_params.keys():
        return {"phone_tail": "", "number": ""}  # nothing is asked for: the usual list, without a form for it
    search = PaymentSearch(data=request.query_params)
    search.is_valid(raise_exception=True)
    return search.validated_data


def payment_out(payment: Payment) -> dict[str, Any]:
    """A payment as the API shows it."""
    row = {name: getattr(payment, name) for name in COLUMNS if name != "station__code"}
    return _row_out({**row, "station__code": payment.station.code}, _status_labels(get_language()))


@cache
def _status_labels(language: str | None) -> dict[str, str]:
    """The words for each status in the reader's language; looked up once, not for every row."""
    return {value: str(label) for value, label in Payment.Status.choices}


def _row_out(row: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    """A payment of which only the columns were read."""
    status, currency, given = row["status"], row["currency"], row["cash_given_minor"]
    cash = row["total_minor"] - row["owed_minor"]
    return {
        "our_ref": row["our_ref"],
        "purpose": row["purpose"],
        "station": row["station__code"],
        "status": status,
        "status_label": labels[status],
        "amount": decimal_text(row["amount_minor"], currency),
        "agent_fee": decimal_text(row["agent_fee_minor"], currency),
        "total": decimal_text(row["total_minor"], currency),
        "currency": currency,
        "method": row["method"],
        "funding": row["funding"],
        "taken_at": row["taken_at"],
        "submitted_at": row["submitted_at"],
        "cutoff_at": row["cutoff_at"],
        "deadline_at": row["deadline_at"] if status in Payment.UNDECIDED else None,
        "finished_at": row["finished_at"],
        "failure_code": row["failure_code"] or None,
        "refunded": decimal_text(row["refunded_minor"], currency),
        "cash_given": None if given is None else decimal_text(given, currency),
        "change_given": None if given is None else decimal_text(given - cash, currency),
        "warnings": [],
    }
