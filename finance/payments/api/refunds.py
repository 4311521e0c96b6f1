"""Money owed back over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payments import services
from finance.payments.models import Refund, RefundCall
from finance.payments.reach import refund_at_hand, refunds_of_slip
from finance.payments.services import refunds as refund_services
from stations.accounts.models import User
from stations.models import Person, Station


class RefundOut(ReadSerializer):
    """Money owed back."""

    id = serializers.UUIDField(source="pk")
    payment = serializers.UUIDField(source="payment_id", allow_null=True)
    station = serializers.CharField(source="station.code")
    amount = serializers.CharField()
    currency = serializers.CharField()
    reason = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="`customer_funds`: fetched at a counter; `online`: paid back."
    )
    status = serializers.CharField()
    failure_code = serializers.CharField(allow_null=True)
    ready_at = serializers.DateTimeField(allow_null=True)
    code_expires_at = serializers.DateTimeField(source="expires_at", allow_null=True)


class HandBackIn(serializers.Serializer):
    """Which notes, and the proof: a code, or slip, witness and photo; where the slip is lost, `recipient` in its place.

    `recipient` is who gets it, whose identity document was seen. At another station than the one that owes the money,
    the number on the slip is sent beside the code.
    """

    notes = serializers.ChoiceField(Refund.Notes.choices)
    station = serializers.CharField(max_length=11)
    code = serializers.RegexField(r"^[0-9]{6}$", required=False)
    slip_no = serializers.CharField(max_length=32, required=False)
    recipient = serializers.UUIDField(required=False)
    witness = serializers.UUIDField(required=False)
    photo = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not {"code", "slip_no", "recipient"} & attrs.keys():
            raise serializers.ValidationError({"code": ["Send a code, or slip or recipient with witness and photo."]})
        return attrs


class SlipIn(serializers.Serializer):
    """At another station than the one that owes the money: that station, and the number on the slip."""

    station = serializers.CharField(max_length=11, required=False)
    slip_no = serializers.CharField(max_length=32, required=False)


class RefundList(APIView):
    """List refunds within reach, newest first; with the number on a slip, what is owed on it anywhere."""

    requires = "finance.read_refund"
    pagination_class = CursorPages

    @extend_schema(
        parameters=[OpenApiParameter("slip_no", str), OpenApiParameter("cursor", str)], responses=RefundOut(many=True)
    )
    def get(self, request: Any) -> Response:
        slip_no = request.query_params.get("slip_no", "")
        refunds = refunds_of_slip(request.user, slip_no) if slip_no else self._within_reach(request.user)
        pages = self.pagination_class()
        page = pages.paginate_queryset(refunds.select_related("station"), request, view=self)
        return pages.get_paginated_response(RefundOut(page, many=True).data)

    def _within_reach(self, user: User) -> Any:
        return Refund.objects.open_to(user, self.requires)


REFUND_EXAMPLE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0009",
    "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0002",
    "station": "321324-0007",
    "amount": "186.40",
    "currency": "CNY",
    "reason": "failed_payment",
    "source": "customer_funds",
    "status": "ready_for_cash",
    "failure_code": None,
    "ready_at": "2026-11-25T02:42:10.000Z",
    "code_expires_at": "2026-11-25T02:52:10.000Z",
}


class SendRefundCode(VerbView):
    """Send a refund code to the payer's phone: six digits."""

    requires = "finance.send_refund_code"
    one_object = True
    In = SlipIn
    Out = RefundOut
    in_example: ClassVar[dict[str, Any]] = {}
    out_example = REFUND_EXAMPLE
    refusals = refused_by(services.send_refund_code)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Refund:
        refund = refund_at_hand(_refunds(), user, self.requires, pk=pk, slip_no=data.get("slip_no", ""))
        here = load(Station.objects.all(), user, self.requires, code=data["station"]) if "station" in data else None
        return services.send_refund_code(refund=refund, at=at, station=here)


class HandBack(VerbView):
    """Hand back a refund in cash, against a code or with a witness."""

    requires = "finance.hand_back_cash"
    one_object = True
    In = HandBackIn
    Out = RefundOut
    refusals = refused_by(services.hand_back_cash)
    in_example = {"notes": "drawer", "station": "321324-0007", "code": "482913"}
    out_example = REFUND_EXAMPLE | {"status": "paid_out", "code_expires_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Refund:
        refund = refund_at_hand(_refunds(), user, self.requires, pk=pk, slip_no=data.get("slip_no", ""))
        station = load(Station.objects.select_related("county"), user, self.requires, code=data["station"])
        return services.hand_back_cash(
            refund=refund, notes=data["notes"], proof=self._proof(user, data), station=station, by=user, at=at
        )

    def _proof(self, user: User, data: dict[str, Any]) -> refund_services.Proof:
        if "code" in data:
            return services.CodeProof(data["code"])
        seen: dict[str, Any] = {
            "witness": self._person(user, data.get("witness")),
            "photo": refund_services.own_photo(data.get("photo"), by=user),
        }
        if "slip_no" in data:
            return services.WitnessProof(slip_no=data["slip_no"].upper(), **seen)
        return services.DocumentProof(recipient=self._person(user, data["recipient"]), **seen)

    def _person(self, user: User, pk: UUID | None) -> Person | None:
        return load(Person.objects.all(), user, "stations.find_person", pk=pk) if pk else None


class CallIn(serializers.Serializer):
    """What came of a call."""

    outcome = serializers.ChoiceField(RefundCall.Outcome.choices)
    note = Line(max_length=200, required=False, allow_blank=True, default="")


class CallRefund(VerbView):
    """Log a call about a refund; if the person was reached, no code is needed above the limit."""

    requires = "finance.call_refund"
    one_object = True
    In = CallIn
    Out = RefundOut
    refusals = refused_by(services.call_refund)
    in_example: ClassVar[dict[str, Any]] = {"outcome": "confirmed", "note": "明天来取"}
    out_example = REFUND_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Refund:
        refund = load(_refunds(), user, self.requires, pk=pk)
        services.call_refund(refund=refund, outcome=data["outcome"], note=data["note"], by=user, at=at)
        return refund


class RetryRefund(VerbView):
    """Retry an online refund that has definitely not arrived."""

    requires = "finance.retry_refund"
    one_object = True
    Out = RefundOut
    refusals = refused_by(services.retry_refund)
    out_example = REFUND_EXAMPLE | {"source": "online", "status": "pending", "ready_at": None, "code_expires_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Refund:
        refund = load(_refunds(), user, self.requires, pk=pk)
        return services.retry_refund(refund=refund, by=user, at=at)


class RecoverIn(serializers.Serializer):
    """Why the company bears it."""

    reason = Line(max_length=200)


class RecoverCompensation(VerbView):
    """Recover a compensation from the provider: it was given for its slowness."""

    requires = "finance.recover_compensation"
    one_object = True
    In = RecoverIn
    Out = RefundOut
    refusals = refused_by(services.recover_compensation)
    in_example: ClassVar[dict[str, Any]] = {"reason": "their answer came four days late"}
    out_example = REFUND_EXAMPLE | {"reason": "compensation", "amount": "15.00", "code_expires_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Refund:
        refund = load(_refunds(), user, self.requires, pk=pk)
        services.recover_compensation(refund=refund, reason=data["reason"], by=user, at=at)
        return refund


def _refunds() -> Any:
    return Refund.objects.select_related("station__county", "payment__payer", "receiver")
