"""Cash on its way, and losses, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.recon.models import BankStatementLine
from finance.tills import services
from finance.tills.api.cash_days import CountIn, pieces_of
from finance.tills.models import Remittance
from stations.models import Station, User

READ, DECLARE = "finance.read_remittance", "finance.declare_remittance"


class DeclareRemittanceIn(serializers.Serializer):
    """How much will be brought, and by whom (a user name); with `bank_slip` by nobody."""

    station = serializers.CharField(max_length=11)
    direction = serializers.ChoiceField(choices=Remittance.Direction.choices)
    via = serializers.ChoiceField(choices=Remittance.Via.choices, default=Remittance.Via.CARRIER)
    amount = AmountField()
    carrier = serializers.CharField(max_length=150, required=False, default="")


class HandOverCashIn(serializers.Serializer):
    """A signature; with a bank slip the id of its photo, stored by the same person."""

    slip_photo = serializers.UUIDField(required=False, allow_null=True, default=None)


class ArrivedLineIn(serializers.Serializer):
    """Which line of a bank statement."""

    bank_line = serializers.UUIDField()


class RemittanceOut(ReadSerializer):
    """Cash on its way: `received` only once it was counted or seen on a bank line."""

    id = serializers.UUIDField(source="pk")
    reference = serializers.CharField()
    station = serializers.CharField(source="station.code")
    centre = serializers.CharField(source="centre.code")
    direction = serializers.CharField()
    via = serializers.CharField()
    carrier = serializers.CharField(source="carrier.shown_name", allow_null=True)
    amount = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    declared_at = serializers.DateTimeField()
    given_at = serializers.DateTimeField(allow_null=True)
    taken_at = serializers.DateTimeField(allow_null=True)
    received = serializers.CharField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
        "reference": "K7M2P9QX",
        "station": "321324-0007",
        "centre": "321324-0001",
        "direction": "to_county",
        "via": "carrier",
        "carrier": "许敏",
        "amount": "2040.00",
        "currency": "CNY",
        "status": "matched",
        "declared_at": "2026-11-25T08:00:00.000Z",
        "given_at": "2026-11-25T08:20:00.000Z",
        "taken_at": "2026-11-25T08:21:00.000Z",
        "received": "2040.00",
        "received_at": "2026-11-25T10:00:00.000Z",
    }


class Remittances(VerbView):
    """Declare a remittance of cash that will be brought."""

    requires = DECLARE
    reads = READ
    pagination_class = CursorPages
    In = DeclareRemittanceIn
    Out = RemittanceOut
    success_status = 201
    refusals = refused_by(services.declare_remittance)
    in_example = {
        "station": "321324-0007",
        "direction": "to_county",
        "via": "carrier",
        "amount": "2040.00",
        "carrier": "clerk",
    }
    out_example = {
        **RemittanceOut.example,
        "status": "declared",
        **dict.fromkeys(("given_at", "taken_at", "received", "received_at")),
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Remittance:
        station = load(Station.objects.select_related("county"), user, DECLARE, code=data["station"])
        carrier = User.objects.filter(username=data["carrier"], is_active=True).first() if data["carrier"] else None
        return services.declare_remittance(
            station=station,
            direction=data["direction"],
            via=data["via"],
            amount=data["amount"].in_currency(station.currency),
            carrier=carrier,
            by=user,
            at=at,
        )

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=RemittanceOut(many=True))
    def get(self, request: Any) -> Response:
        """List remittances within reach, newest first."""
        rows = Remittance.objects.open_to(request.user, READ).select_related("station", "centre", "carrier")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(RemittanceOut(page, many=True).data)


class RemittanceDetail(APIView):
    """Get a remittance."""

    requires = READ
    one_object = True
    out_example = RemittanceOut.example

    @extend_schema(responses=RemittanceOut)
    def get(self, request: Any, pk: UUID) -> Response:
        return Response(RemittanceOut(load(_rows(), request.user, READ, pk=pk)).data)


class RemittanceVerb(VerbView):
    """A verb of one remittance."""

    one_object = True
    Out = RemittanceOut
    out_example = RemittanceOut.example

    def remittance(self, user: User, pk: UUID) -> Remittance:
        """The remittance, where a post with this verb reaches it."""
        return load(_rows(), user, self.requires, pk=pk)


class HandOverCash(RemittanceVerb):
    """Sign a remittance as giver or as carrier; with the second signature the cash has left the drawer."""

    requires = "finance.hand_over_cash"
    In = HandOverCashIn
    in_example = {"slip_photo": None}
    refusals = refused_by(services.hand_over_cash, services.own_files)
    out_example = {**RemittanceOut.example, "status": "in_transit", "received": None, "received_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Remittance:
        remittance = self.remittance(user, pk)
        ids = [data["slip_photo"]] if data["slip_photo"] else []
        photo = next(iter(services.own_files(ids, by=user, field="slip_photo")), None)
        return services.hand_over_cash(remittance=remittance, slip_photo=photo, by=user, at=at)


class ReceiveRemittance(RemittanceVerb):
    """Receive a remittance: count what has arrived; what is missing is asked of the carrier."""

    requires = "finance.receive_remittance"
    In = CountIn
    in_example = {"lines": [{"value": "100.00", "pieces": 20}, {"value": "20.00", "pieces": 2}]}
    refusals = refused_by(services.receive_remittance)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Remittance:
        remittance = self.remittance(user, pk)
        lines = pieces_of(data["lines"], remittance.currency)
        return services.receive_remittance(remittance=remittance, lines=lines, by=user, at=at)


class CancelRemittance(RemittanceVerb):
    """Cancel a remittance that has not left the drawer."""

    requires = DECLARE
    refusals = refused_by(services.cancel_remittance)
    out_example = {**Remittances.out_example, "status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Remittance:
        return services.cancel_remittance(remittance=self.remittance(user, pk), by=user, at=at)


class MatchRemittance(RemittanceVerb):
    """Match a remittance to a bank line, where its text does not carry the reference."""

    requires = "finance.match_remittance"
    In = ArrivedLineIn
    in_example = {"bank_line": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30"}
    refusals = refused_by(services.match_remittance)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Remittance:
        remittance = self.remittance(user, pk)
        line = BankStatementLine.objects.filter(pk=data["bank_line"]).first()
        if line is None:
            raise services.BankLineUnfitForSlip(field="bank_line")
        return services.match_remittance(remittance=remittance, bank_line=line, by=user, at=at)


def _rows() -> Any:
    return Remittance.objects.select_related("station__county", "centre__county", "carrier", "given_by")
