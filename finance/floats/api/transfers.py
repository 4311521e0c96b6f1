"""Float lent to a neighbour, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.floats import services
from finance.floats.models import FloatTransfer
from stations.accounts.models import User
from stations.models import Station

READ = "finance.read_float_transfer"


class TransferIn(serializers.Serializer):
    """From the own station to another one."""

    from_station = serializers.CharField(max_length=11)
    to_station = serializers.CharField(max_length=11)
    amount = AmountField()


class TransferOut(ReadSerializer):
    """A transfer; while it is `sent`, its money is held and nobody can use it."""

    id = serializers.UUIDField(source="pk")
    from_station = serializers.CharField(source="from_station.code")
    to_station = serializers.CharField(source="to_station.code")
    amount = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    status_label = serializers.CharField()
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0031",
        "from_station": "321324-0003",
        "to_station": "321324-0004",
        "amount": "500.00",
        "currency": "CNY",
        "status": "sent",
        "status_label": "sent",
        "sent_at": "2026-11-25T01:00:00.000Z",
        "expires_at": "2026-11-26T01:00:00.000Z",
        "answered_at": None,
    }

    @staticmethod
    def get_status_label(transfer: FloatTransfer) -> str:
        return transfer.get_status_display()


class Transfers(VerbView):
    """Send a float transfer to the partner of another station."""

    requires, reads = "finance.send_float", READ
    pagination_class = CursorPages
    In = TransferIn
    Out = TransferOut
    success_status = 201
    refusals = (services.OverFloatMax, *refused_by(services.send_float))
    in_example = {"from_station": "321324-0003", "to_station": "321324-0004", "amount": "500.00"}
    out_example = TransferOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> FloatTransfer:
        stations = Station.objects.select_related("county")
        station = load(stations, user, self.requires, code=data["from_station"])
        to = stations.filter(code=data["to_station"]).first()  # whose partner may be anybody's neighbour
        if to is None:
            raise Http404
        amount = data["amount"].in_currency(station.currency)
        return services.send_float(station=station, to=to, amount=amount, by=user, at=at)

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("status", str)],
        responses=TransferOut(many=True),
    )
    def get(self, request: Any) -> Response:
        """List float transfers, sent and received within reach, newest first."""
        rows = FloatTransfer.objects.open_to(request.user, READ).select_related("from_station", "to_station")
        if status := request.query_params.get("status"):
            rows = rows.filter(status=status)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(TransferOut(page, many=True).data)


class TransferVerb(VerbView):
    """A verb of one transfer; the one who stands at either end may try, and is told whose part it is."""

    one_object = True
    Out = TransferOut

    def transfer(self, user: User, pk: UUID) -> FloatTransfer:
        """The transfer, where a post with this verb reaches one of its ends."""
        related = ("from_station__county", "to_station__county", "sent_by", "receiver")
        return load(FloatTransfer.objects.select_related(*related), user, self.requires, pk=pk)


class AcceptTransfer(TransferVerb):
    """Accept a float transfer."""

    requires = "finance.accept_float"
    refusals = (services.OverFloatMax, *refused_by(services.accept_float))
    out_example = {**TransferOut.example, "status": "accepted", "answered_at": "2026-11-25T02:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FloatTransfer:
        return services.accept_float(transfer=self.transfer(user, pk), by=user, at=at)


class DeclineTransfer(TransferVerb):
    """Decline a float transfer: the sender has it back at once."""

    requires = "finance.decline_float"
    refusals = refused_by(services.decline_float)
    out_example = {**TransferOut.example, "status": "declined", "answered_at": "2026-11-25T02:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FloatTransfer:
        return services.decline_float(transfer=self.transfer(user, pk), by=user, at=at)


class RecallTransfer(TransferVerb):
    """Recall a float transfer that nobody has accepted yet."""

    requires = "finance.recall_float"
    refusals = refused_by(services.recall_float)
    out_example = {**TransferOut.example, "status": "recalled", "answered_at": "2026-11-25T02:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FloatTransfer:
        return services.recall_float(transfer=self.transfer(user, pk), by=user, at=at)
