"""The life of a station: planned, tried, open, closed for some days, suspended; and the sign that it is alive."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import Refused, WrongState, refused_by
from core.language.typed import Line
from stations.accounts.models import User
from stations.network import services
from stations.network.api.shared import MovedOut, StationReasonIn, moved
from stations.network.models import Station
from stations.places.models import Division


class HeartbeatIn(serializers.Serializer):
    device = serializers.UUIDField(required=False, help_text="A device of this station; others are ignored.")
    app_version = Line(max_length=40, required=False, default="")
    queued_ops = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, default=0)


class HeartbeatOut(serializers.Serializer):
    server_time = serializers.DateTimeField()


class Heartbeat(VerbView):
    """Send a station's heartbeat; written at most once a minute."""

    requires = "stations.send_heartbeat"
    one_object = True
    In, Out = HeartbeatIn, HeartbeatOut
    in_example = {"device": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30", "app_version": "1.0.0", "queued_ops": 0}
    out_example = {"server_time": "2026-11-25T06:30:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        services.heartbeat(station=station, at=at, **data)
        return {"server_time": at}


class PlanIn(serializers.Serializer):
    kind = serializers.ChoiceField(Station.Kind.choices)
    name = Line(max_length=120)
    village = serializers.RegexField(r"^[0-9]{12}$")
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=11, required=False, help_text="Code of the hub or centre above."
    )
    address_line = Line(max_length=200, required=False, default="")


class PlanStation(VerbView):
    """Plan a station in a village within reach."""

    requires = "stations.plan_station"
    one_object = True
    In, Out, success_status = PlanIn, MovedOut, 201
    refusals = refused_by(services.plan_station)
    in_example = {"kind": "village_station", "name": "桑园村服务站", "village": "321324106206", "parent": "321324-0001"}
    out_example = {"code": "321324-0042", "status": "planned"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        villages = Division.objects.current()
        village = load(villages, user, self.requires, code=data.pop("village"), level=Division.Level.VILLAGE)
        parent = data.pop("parent", None)
        if parent is not None:
            parent = load(Station.objects.all(), user, self.requires, code=parent)
        return moved(services.plan_station(village=village, parent=parent, actor=user, at=at, **data))


class MoveStation(VerbView):
    """One arrow of a station; each subclass names the verb that carries it and the service that takes it."""

    one_object = True
    take: ClassVar[Callable[..., Station]]
    In, Out = StationReasonIn, MovedOut
    refusals: ClassVar[tuple[type[Refused], ...]] = (WrongState,)
    in_example = {"reason": "验收合格"}
    out_example = {"code": "321324-0007", "status": "active"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        return moved(self.take(station=station, actor=user, at=at, **data))


class FitOut(MoveStation):
    """Start the fit-out of a station."""

    requires = "stations.fit_out_station"
    take = staticmethod(services.begin_fitting_out)
    refusals = refused_by(services.begin_fitting_out)


class StartTrial(MoveStation):
    """Start the trial of a station: hours, a service and a partner's contract are there."""

    requires = "stations.try_station"
    take = staticmethod(services.start_trial)
    refusals = refused_by(services.start_trial)


class Activate(MoveStation):
    """Activate a station after a trial of at least 14 days."""

    requires = "stations.activate_station"
    take = staticmethod(services.activate_station)
    refusals = refused_by(services.activate_station)


class CloseTemporarilyIn(StationReasonIn):
    until = serializers.DateField(help_text="When it is expected to open again.")


class CloseTemporarily(MoveStation):
    """Close a station temporarily: up to 7 days by the station itself, longer by the county."""

    requires = "stations.close_temporarily"
    take = staticmethod(services.close_temporarily)
    refusals = refused_by(services.close_temporarily)
    In = CloseTemporarilyIn
    in_example = {"reason": "回家探亲", "until": "2026-11-28"}


class Reopen(MoveStation):
    """Reopen a station after a temporary closure."""

    requires = "stations.reopen_station"
    take = staticmethod(services.reopen_station)
    refusals = refused_by(services.reopen_station)


class Suspend(MoveStation):
    """Suspend a station; every service stops at once."""

    requires = "stations.suspend_station"
    take = staticmethod(services.suspend_station)
    refusals = refused_by(services.suspend_station)


class LiftSuspension(MoveStation):
    """Lift the suspension of a station, with the county's finding."""

    requires = "stations.lift_suspension"
    take = staticmethod(services.lift_suspension)
    refusals = refused_by(services.lift_suspension)
