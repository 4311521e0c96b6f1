"""Closing a station for good: asked by one person, done by another."""

import datetime as dt
from typing import Any

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from stations.accounts.models import User
from stations.network import services
from stations.network.api.shared import StationReasonIn
from stations.network.models import Station, StationClosing


class AskClosingIn(StationReasonIn):
    successor = serializers.CharField(
        max_length=11, required=False, help_text="Code of the station that takes the households; else the parent."
    )


class ClosingOut(serializers.Serializer):
    id = serializers.IntegerField()
    station = serializers.CharField(source="station.code")
    successor = serializers.CharField(source="successor.code")
    status = serializers.ChoiceField(StationClosing.Status.choices)
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    binding = serializers.SerializerMethodField(help_text="What has to be settled first, in words.")

    def get_binding(self, closing: StationClosing) -> list[str]:
        return services.binding_of(closing.station) if closing.status == StationClosing.Status.ASKED else []


CLOSING_EXAMPLE = {
    "id": 3,
    "station": "321324-0007",
    "successor": "321324-0002",
    "status": "asked",
    "reason": "村庄整体搬迁",
    "asked_at": "2026-11-25T06:30:00.000Z",
    "ended_at": None,
    "binding": ["till 186.40 CNY"],
}


class AskClosing(VerbView):
    """Ask to close a station for good; a second person of the county closes it."""

    requires = "stations.close_station"
    one_object = True
    In, Out, success_status = AskClosingIn, ClosingOut, 201
    refusals = refused_by(services.ask_closing)
    in_example = {"reason": "村庄整体搬迁"}
    out_example = CLOSING_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.select_related("parent"), user, self.requires, code=path["code"])
        code = data.pop("successor", None)
        successor = load(Station.objects.all(), user, self.requires, code=code) if code else None
        closing = services.ask_closing(station=station, successor=successor, actor=user, at=at, **data)
        return ClosingOut(closing).data


class ConfirmClosing(VerbView):
    """Confirm that a station closes: everybody and everything goes to the other station, for good."""

    requires = "stations.close_station"
    one_object = True
    Out = ClosingOut
    refusals = refused_by(services.close_station)
    out_example = {**CLOSING_EXAMPLE, "status": "confirmed", "ended_at": "2026-11-26T01:00:00.000Z", "binding": []}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        closing = load(_closings(), user, self.requires, pk=path["closing_id"])
        return ClosingOut(services.close_station(closing=closing, actor=user, at=at)).data


class WithdrawClosing(VerbView):
    """Withdraw the closing of a station."""

    requires = "stations.close_station"
    one_object = True
    In, Out = StationReasonIn, ClosingOut
    refusals = refused_by(services.withdraw_closing)
    in_example = {"reason": "村民决定留下"}
    out_example = {**CLOSING_EXAMPLE, "status": "withdrawn", "ended_at": "2026-11-26T01:00:00.000Z", "binding": []}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        closing = load(_closings(), user, self.requires, pk=path["closing_id"])
        return ClosingOut(services.withdraw_closing(closing=closing, actor=user, at=at, **data)).data


def _closings() -> Any:
    return StationClosing.objects.select_related("station__parent", "successor")
