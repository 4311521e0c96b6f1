"""Filling the float over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.floats import services
from finance.floats.models import FloatTopUp, TopUpUndo
from finance.recon.models import BankStatementLine
from stations.accounts.models import User
from stations.current_station import device_of
from stations.models import Station


class TopUpIn(serializers.Serializer):
    """How much a partner is going to transfer."""

    station = serializers.CharField(max_length=11)
    amount = AmountField()
    via = serializers.ChoiceField(choices=FloatTopUp.Via.choices, default=FloatTopUp.Via.BANK)


class NotesIn(serializers.Serializer):
    """So many pieces of one note or coin."""

    value = AmountField()
    pieces = serializers.IntegerField(min_value=0, max_value=100_000)


class CountCashIn(serializers.Serializer):
    """What the clerk has counted."""

    lines = NotesIn(many=True, max_length=40)  # type: ignore[call-arg]


class CashOut(serializers.Serializer):
    """The counted sum; the code for it goes to the partner's phone."""

    topup = serializers.UUIDField()
    centre = serializers.CharField()
    counted = serializers.CharField()
    currency = serializers.CharField()
    counted_at = serializers.DateTimeField()
    code_expires_at = serializers.DateTimeField(allow_null=True)


class TakeCashIn(serializers.Serializer):
    """How the partner signs: the code from the phone, or the own PIN on this device."""

    code = serializers.CharField(max_length=6, required=False)
    pin = serializers.CharField(max_length=6, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"code": [_("Send either the code or the PIN.")]})
        return attrs


class TopUpOut(ReadSerializer):
    """A top-up; the reference goes into the text of the bank transfer."""

    id = serializers.UUIDField(source="pk")
    station = serializers.CharField(source="station.code")
    via = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    reference = serializers.CharField()
    status = serializers.CharField()
    requested_at = serializers.DateTimeField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0009",
        "station": "321324-0007",
        "via": "bank",
        "amount": "2000.00",
        "currency": "CNY",
        "reference": "7K3QXM9P",
        "status": "requested",
        "requested_at": "2026-11-25T01:00:00.000Z",
    }


class MatchIn(serializers.Serializer):
    """Which bank line brought the money."""

    bank_line = serializers.UUIDField()


class RecordTopUpIn(serializers.Serializer):
    """The station for whose float a bank line was sent."""

    station = serializers.CharField(max_length=11)


class RejectIn(serializers.Serializer):
    """Why no such money will come."""

    reason = Line(max_length=200)


class UndoIn(serializers.Serializer):
    """Why a top-up was wrong."""

    reason = Line(max_length=200)


class UndoOut(ReadSerializer):
    """A top-up that is to be undone, or was; `done_at` is null until another person has confirmed it."""

    topup = serializers.UUIDField(source="topup_id")
    bank_line = serializers.UUIDField(source="bank_line_id")
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "topup": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0009",
        "bank_line": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0010",
        "reason": "sent for another station",
        "asked_at": "2026-11-25T02:00:00.000Z",
        "done_at": None,
    }


class TopUps(VerbView):
    """Ask for a top-up of the float."""

    requires, reads = "finance.request_topup", "finance.read_topup"
    pagination_class = CursorPages
    In = TopUpIn
    Out = TopUpOut
    success_status = 201
    refusals = (services.OverFloatMax, *refused_by(services.request_topup))
    in_example = {"station": "321324-0007", "amount": "2000.00", "via": "bank"}
    out_example = TopUpOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> FloatTopUp:
        station = load(Station.objects.select_related("county"), user, self.requires, code=data["station"])
        amount = data["amount"].in_currency(station.currency)
        return services.request_topup(station=station, amount=amount, by=user, at=at, via=data["via"])

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=TopUpOut(many=True))
    def get(self, request: Any) -> Response:
        """List top-ups within reach, newest first."""
        rows = FloatTopUp.objects.open_to(request.user, self.reads).select_related("station")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(TopUpOut(page, many=True).data)


class TopUpVerb(VerbView):
    """A verb of one top-up."""

    one_object = True
    Out: ClassVar[type[serializers.Serializer] | None] = TopUpOut

    def topup(self, user: User, pk: UUID) -> FloatTopUp:
        """The top-up, where a post with this verb reaches it."""
        related = ("station__county", "requested_by", "bank_line")
        return load(FloatTopUp.objects.select_related(*related), user, self.requires, pk=pk)


class MatchTopUp(TopUpVerb):
    """Match a top-up to a bank line"""

    requires = "finance.match_topup"
    In = MatchIn
    refusals = refused_by(services.match_topup)
    in_example = {"bank_line": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0010"}
    out_example = {**TopUpOut.example, "status": "funds_seen"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FloatTopUp:
        topup = self.topup(user, pk)
        line = BankStatementLine.objects.filter(pk=data["bank_line"]).first()
        if line is None:
            raise Http404
        return services.match_topup(topup=topup, bank_line=line, by=user, at=at)


class RecordTopUp(VerbView):
    """Record a top-up from a bank line, though nobody had asked; another person credits it."""

    requires = "finance.record_topup"
    one_object = True
    In = RecordTopUpIn
    Out = TopUpOut
    success_status = 201
    refusals = refused_by(services.record_topup)
    in_example: ClassVar[dict[str, Any]] = {"station": "321324-0007"}
    out_example: ClassVar[dict[str, Any]] = {**TopUpOut.example, "status": "funds_seen"}

    def act(self, *, user: User, data: dict[str, Any], at: Any, key: str, pk: UUID) -> FloatTopUp:
        line = load(BankStatementLine.objects, user, self.requires, pk=pk)
        station = load(Station.objects.select_related("county"), user, self.requires, code=data["station"])
        return services.record_topup(bank_line=line, station=station, by=user, at=at)


class CreditTopUp(TopUpVerb):
    """Credit a top-up to the float"""

    requires = "finance.credit_topup"
    refusals = refused_by(services.credit_topup)
    out_example = {**TopUpOut.example, "status": "credited"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FloatTopUp:
        return services.credit_topup(topup=self.topup(user, pk), by=user, at=at)


class CountTopUpCash(TopUpVerb):
    """Count a top-up in cash, which the partner has brought to the county centre."""

    requires = "finance.take_topup_cash"
    In = CountCashIn
    Out = CashOut
    refusals = refused_by(services.count_topup_cash)
    in_example = {"lines": [{"value": "100.00", "pieces": 20}]}
    out_example = {
        "topup": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0009",
        "centre": "321324-0001",
        "counted": "2000.00",
        "currency": "CNY",
        "counted_at": "2026-11-25T01:10:00.000Z",
        "code_expires_at": "2026-11-25T01:20:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        topup = self.topup(user, pk)
        lines = {line["value"].in_currency(topup.currency).minor: line["pieces"] for line in data["lines"]}
        cash = services.count_topup_cash(topup=topup, lines=lines, by=user, at=at)
        return {
            "topup": str(topup.pk),
            "centre": cash.centre.code,
            "counted": str(cash.counted),
            "currency": cash.currency,
            "counted_at": cash.counted_at,
            "code_expires_at": cash.expires_at,
        }


class TakeTopUpCash(TopUpVerb):
    """Take a top-up in cash, for which the partner has signed"""

    requires = "finance.take_topup_cash"
    In = TakeCashIn
    refusals = refused_by(services.take_topup_cash)
    in_example = {"code": "402913"}
    out_example = {**TopUpOut.example, "via": "cash", "status": "credited"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FloatTopUp:
        topup = self.topup(user, pk)
        signature: services.CodeSignature | services.PinSignature
        if "code" in data:
            signature = services.CodeSignature(data["code"])
        else:
            signature = services.PinSignature(device_of(self.request), data["pin"])
        return services.take_topup_cash(topup=topup, signature=signature, by=user, at=at)


class RejectTopUp(TopUpVerb):
    """Reject a top-up: no such money will come"""

    requires = "finance.reject_topup"
    In = RejectIn
    refusals = refused_by(services.reject_topup)
    in_example = {"reason": "no such transfer in three weeks"}
    out_example = {**TopUpOut.example, "status": "rejected"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FloatTopUp:
        topup = self.topup(user, pk)
        return services.reject_topup(topup=topup, reason=data["reason"], by=user, at=at)


class AskUndoTopUp(TopUpVerb):
    """Ask to undo a top-up that was not for this float; another person confirms it."""

    requires = "finance.undo_topup"
    In = UndoIn
    Out = UndoOut
    refusals = refused_by(services.ask_undo_topup)
    in_example = {"reason": "sent for another station"}
    out_example = UndoOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TopUpUndo:
        return services.ask_undo_topup(topup=self.topup(user, pk), reason=data["reason"], by=user, at=at)


class UndoTopUp(TopUpVerb):
    """Undo a top-up that another person asked to undo: the money leaves the float, and its bank line is free again."""

    requires = "finance.undo_topup"
    Out = UndoOut
    refusals = refused_by(services.undo_topup)
    out_example = {**UndoOut.example, "done_at": "2026-11-25T02:30:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> TopUpUndo:
        return services.undo_topup(topup=self.topup(user, pk), by=user, at=at)
