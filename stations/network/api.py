"""Stations over the API: public facts, the sign of life, and what stations offer."""

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC, load
from core.api import VerbView
from core.errors import Refused, SamePerson, WrongState
from core.text import refuse_lines
from stations.network import queries, services
from stations.network.models import Service, ServicePause, Station, StationClosing
from stations.places.models import Division

NEAREST = 20


class ServiceUnknown(Refused):
    """No service of this code."""

    code = "service_unknown"
    status = 422
    message = _("There is no service with this code.")


class OfferedOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    open = serializers.BooleanField(source="is_open")
    why = serializers.CharField(help_text="Stable code of why it is not open; empty when it is.")
    reason = serializers.CharField(help_text="The same in words.")


class StationOut(serializers.Serializer):
    code = serializers.CharField()
    kind = serializers.ChoiceField(Station.Kind.choices)
    name = serializers.CharField()
    village = serializers.CharField()
    township = serializers.CharField()
    county = serializers.CharField()
    address_line = serializers.CharField()
    latitude = serializers.DecimalField(9, 6, allow_null=True)
    longitude = serializers.DecimalField(9, 6, allow_null=True)
    zone = serializers.CharField()
    state = serializers.ChoiceField(queries.STATE_CHOICES)
    opens_next_at = serializers.DateTimeField(allow_null=True)
    services = OfferedOut(many=True)


class NearOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    village = serializers.CharField()
    latitude = serializers.DecimalField(9, 6)
    longitude = serializers.DecimalField(9, 6)
    state = serializers.ChoiceField(queries.STATE_CHOICES)
    opens_next_at = serializers.DateTimeField(allow_null=True)


class NearList(serializers.Serializer):
    results = NearOut(many=True)


class NearQuery(serializers.Serializer):
    lat = serializers.DecimalField(9, 6, min_value=-90, max_value=90)
    lon = serializers.DecimalField(9, 6, min_value=-180, max_value=180)
    service = serializers.SlugField(max_length=40, required=False)


STATION_EXAMPLE = {
    "code": "321324-0007",
    "kind": "village_station",
    "name": "桑园村服务站",
    "village": "桑园村",
    "township": "双沟镇",
    "county": "泗洪县",
    "address_line": "村委会东侧",
    "latitude": "33.220000",
    "longitude": "118.190000",
    "zone": "Asia/Shanghai",
    "state": "closed_now",
    "opens_next_at": "2026-11-26T00:00:00Z",
    "services": [{"code": "bill_payment", "name": "生活缴费", "open": True, "why": "", "reason": ""}],
}


class OneStation(APIView):
    """Public facts of a station; stations before their trial are not shown."""

    requires = PUBLIC
    out_example = STATION_EXAMPLE

    @extend_schema(responses=StationOut)
    def get(self, request: Any, code: str) -> Response:
        station = queries.public_station(code)
        if station is None:
            raise Http404
        at = now()
        state = queries.public_state(station, at)
        return Response(
            {
                **_place(station),
                "kind": station.kind,
                "township": station.township.short_name,
                "county": station.county.short_name,
                "address_line": station.address_line,
                "zone": station.zone,
                "state": state.code,
                "opens_next_at": state.opens_next_at,
                "services": OfferedOut(queries.services_offered(station, None, at), many=True).data,
            }
        )


class StationsNear(APIView):
    """The twenty working stations nearest to a place, perhaps only those that offer a service."""

    requires = PUBLIC
    out_example = {
        "results": [{name: STATION_EXAMPLE[name] for name in NearOut().fields}],
    }

    @extend_schema(
        responses=NearList,
        parameters=[
            OpenApiParameter("lat", float, required=True),
            OpenApiParameter("lon", float, required=True),
            OpenApiParameter("service", str),
        ],
    )
    def get(self, request: Any) -> Response:
        query = NearQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked, at = query.validated_data, now()
        near = queries.stations_near(asked["lat"], asked["lon"]).select_related("village")
        if service := asked.get("service"):
            near = queries.offering(near, service, at)
        stations = list(near[:NEAREST])
        hours = queries.published_hours(stations, at)
        states = [queries.public_state(station, at, hours[station.pk]) for station in stations]
        return Response(
            {
                "results": [
                    {**_place(station), "state": state.code, "opens_next_at": state.opens_next_at}
                    for station, state in zip(stations, states, strict=True)
                ]
            }
        )


def _place(station: Station) -> dict[str, Any]:
    return {
        "code": station.code,
        "name": station.name,
        "village": station.village.short_name,
        "latitude": station.latitude,
        "longitude": station.longitude,
    }


class HeartbeatIn(serializers.Serializer):
    device = serializers.UUIDField(required=False, help_text="A device of this station; others are ignored.")
    app_version = serializers.CharField(max_length=40, required=False, default="", validators=[refuse_lines])
    queued_ops = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, default=0)


class HeartbeatOut(serializers.Serializer):
    server_time = serializers.DateTimeField()


class Heartbeat(VerbView):
    """The station is alive; written at most once a minute."""

    requires = "stations.send_heartbeat"
    one_object = True
    In, Out = HeartbeatIn, HeartbeatOut
    in_example = {"device": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30", "app_version": "1.0.0", "queued_ops": 0}
    out_example = {"server_time": "2026-11-25T06:30:00Z"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        services.heartbeat(station=station, at=at, **data)
        return {"server_time": at}


class MovedOut(serializers.Serializer):
    code = serializers.CharField()
    status = serializers.ChoiceField(Station.Status.choices)


class PlanIn(serializers.Serializer):
    kind = serializers.ChoiceField(Station.Kind.choices)
    name = serializers.CharField(max_length=120, validators=[refuse_lines])
    village = serializers.RegexField(r"^[0-9]{12}$")
    parent = serializers.CharField(max_length=11, required=False, help_text="Code of the hub or centre above.")
    address_line = serializers.CharField(max_length=200, required=False, default="", validators=[refuse_lines])


class PlanStation(VerbView):
    """A station on paper, in a village within reach."""

    requires = "stations.plan_station"
    one_object = True
    In, Out, success_status = PlanIn, MovedOut, 201
    refusals = (services.ParentMisplaced,)
    in_example = {"kind": "village_station", "name": "桑园村服务站", "village": "321324106206", "parent": "321324-0001"}
    out_example = {"code": "321324-0042", "status": "planned"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        villages = Division.objects.current()
        village = load(villages, user, self.requires, code=data.pop("village"), level=Division.Level.VILLAGE)
        parent = data.pop("parent", None)
        if parent is not None:
            parent = load(Station.objects.all(), user, self.requires, code=parent)
        return _moved(services.plan_station(village=village, parent=parent, actor=user, at=at, **data))


def _moved(station: Station) -> dict[str, Any]:
    return {"code": station.code, "status": station.status}


class StationReasonIn(serializers.Serializer):
    reason = serializers.CharField(max_length=200, validators=[refuse_lines])


class MoveStation(VerbView):
    """One arrow of a station; each subclass names the verb that carries it and the service that takes it."""

    one_object = True
    In, Out = StationReasonIn, MovedOut
    refusals = (WrongState,)
    in_example = {"reason": "验收合格"}
    out_example = {"code": "321324-0007", "status": "active"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        return _moved(self.take(station=station, actor=user, at=at, **data))


class FitOut(MoveStation):
    """The rooms are being made ready."""

    requires = "stations.fit_out_station"
    take = staticmethod(services.begin_fitting_out)


class StartTrial(MoveStation):
    """The public may come: hours, a service and a partner's contract are there."""

    requires = "stations.try_station"
    take = staticmethod(services.start_trial)
    refusals = (WrongState, services.StationNotReady, services.InspectionMissing)


class Activate(MoveStation):
    """After a trial of at least 14 days."""

    requires = "stations.activate_station"
    take = staticmethod(services.activate_station)
    refusals = (WrongState, services.TrialTooShort, services.InspectionMissing)


class CloseTemporarilyIn(StationReasonIn):
    until = serializers.DateField(help_text="When it is expected to open again.")


class CloseTemporarily(MoveStation):
    """Closed for some days: up to 7 by the station itself, longer by the county."""

    requires = "stations.close_temporarily"
    take = staticmethod(services.close_temporarily)
    In = CloseTemporarilyIn
    in_example = {"reason": "回家探亲", "until": "2026-11-28"}
    refusals = (WrongState, services.ClosingTooLong)


class Reopen(MoveStation):
    """Open again after a temporary closure."""

    requires = "stations.reopen_station"
    take = staticmethod(services.reopen_station)
    refusals = (WrongState, services.ClosedByCounty)


class Suspend(MoveStation):
    """Stopped by the county; every service stops at once."""

    requires = "stations.suspend_station"
    take = staticmethod(services.suspend_station)


class LiftSuspension(MoveStation):
    """The county's finding lets the station work again."""

    requires = "stations.lift_suspension"
    take = staticmethod(services.lift_suspension)


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
    "asked_at": "2026-11-25T06:30:00Z",
    "ended_at": None,
    "binding": ["till 186.40 CNY"],
}


class AskClosing(VerbView):
    """Ask to close a station for good; a second person of the county closes it."""

    requires = "stations.close_station"
    one_object = True
    In, Out, success_status = AskClosingIn, ClosingOut, 201
    refusals = (WrongState, services.SuccessorMisplaced, services.ClosingAsked)
    in_example = {"reason": "村庄整体搬迁"}
    out_example = CLOSING_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.select_related("parent"), user, self.requires, code=path["code"])
        code = data.pop("successor", None)
        successor = load(Station.objects.all(), user, self.requires, code=code) if code else None
        closing = services.ask_closing(station=station, successor=successor, actor=user, at=at, **data)
        return ClosingOut(closing).data


class ConfirmClosing(VerbView):
    """Close it: everybody and everything goes to the other station, for ever."""

    requires = "stations.close_station"
    one_object = True
    Out = ClosingOut
    refusals = (WrongState, SamePerson, services.ClearanceOpen, services.SuccessorMisplaced)
    out_example = {**CLOSING_EXAMPLE, "status": "confirmed", "ended_at": "2026-11-26T01:00:00Z", "binding": []}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        closing = load(_closings(), user, self.requires, pk=path["closing_id"])
        return ClosingOut(services.close_station(closing=closing, actor=user, at=at)).data


class WithdrawClosing(VerbView):
    """The station stays as it is."""

    requires = "stations.close_station"
    one_object = True
    In, Out = StationReasonIn, ClosingOut
    refusals = (WrongState,)
    in_example = {"reason": "村民决定留下"}
    out_example = {**CLOSING_EXAMPLE, "status": "withdrawn", "ended_at": "2026-11-26T01:00:00Z", "binding": []}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        closing = load(_closings(), user, self.requires, pk=path["closing_id"])
        return ClosingOut(services.withdraw_closing(closing=closing, actor=user, at=at, **data)).data


def _closings() -> Any:
    return StationClosing.objects.select_related("station__parent", "successor")


class SwitchOut(serializers.Serializer):
    station = serializers.CharField()
    service = serializers.CharField()
    from_at = serializers.DateTimeField()
    to_at = serializers.DateTimeField(allow_null=True)


SWITCH_EXAMPLE = {
    "station": "321324-0007",
    "service": "recharge",
    "from_at": "2026-11-25T06:30:00Z",
    "to_at": None,
}


class SwitchOn(VerbView):
    """Offer a service at a station from now on."""

    requires = "stations.switch_service"
    one_object = True
    In, Out = StationReasonIn, SwitchOut
    refusals = (services.AlreadySo, services.CertificateMissing, WrongState, ServiceUnknown)
    in_example = {"reason": "培训已完成"}
    out_example = SWITCH_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        service = service_of(path["service"])
        switch = services.switch_service_on(station=station, service=service, actor=user, at=at, **data)
        return _switch_out(station, service, switch)


class SwitchOff(SwitchOn):
    """Stop offering a service at a station."""

    refusals = (services.AlreadySo, ServiceUnknown)
    in_example = {"reason": "设备待修"}
    out_example = {**SWITCH_EXAMPLE, "to_at": "2026-11-26T01:00:00Z"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        service = service_of(path["service"])
        switch = services.switch_service_off(station=station, service=service, actor=user, at=at, **data)
        return _switch_out(station, service, switch)


def _switch_out(station: Station, service: Service, switch: Any) -> dict[str, Any]:
    return {"station": station.code, "service": service.code, "from_at": switch.from_at, "to_at": switch.to_at}


def service_of(code: str) -> Service:
    """The service of this code. Raises `ServiceUnknown`."""
    service = Service.objects.filter(code=code).first()
    if service is None:
        raise ServiceUnknown(field="service")
    return service


class PauseIn(serializers.Serializer):
    service = serializers.SlugField(max_length=40)
    division = serializers.RegexField(r"^[0-9]{12}$", help_text="Code of the division, at `level`.")
    level = serializers.ChoiceField(Division.Level.choices, default=Division.Level.COUNTY)
    reason = serializers.CharField(max_length=200, validators=[refuse_lines])


class PauseOut(serializers.Serializer):
    id = serializers.IntegerField()
    service = serializers.CharField(source="service.code")
    division = serializers.CharField(source="division.code", allow_null=True, default=None)
    reason = serializers.CharField()
    from_at = serializers.DateTimeField()
    to_at = serializers.DateTimeField(allow_null=True)


PAUSE_EXAMPLE = {
    "id": 12,
    "service": "recharge",
    "division": "321324000000",
    "reason": "运营商系统故障",
    "from_at": "2026-11-25T06:30:00Z",
    "to_at": None,
}


class PauseService(VerbView):
    """Stop a service in a division; it beats every switch below."""

    requires = "stations.pause_service"
    one_object = True
    In, Out, success_status = PauseIn, PauseOut, 201
    refusals = (services.AlreadySo, ServiceUnknown)
    in_example = {"service": "recharge", "division": "321324000000", "reason": "运营商系统故障"}
    out_example = PAUSE_EXAMPLE

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        divisions = Division.objects.current()
        division = load(divisions, user, self.requires, code=data["division"], level=data["level"])
        pause = services.pause_service(
            service=service_of(data["service"]), division=division, actor=user, at=at, reason=data["reason"]
        )
        return PauseOut(pause).data


class EndPause(VerbView):
    """The service goes on wherever it is switched on."""

    requires = "stations.pause_service"
    one_object = True
    Out = PauseOut
    refusals = (services.AlreadySo,)
    out_example = {**PAUSE_EXAMPLE, "to_at": "2026-11-25T09:00:00Z"}

    def act(self, *, user: Any, data: dict[str, Any], at: Any, key: str, **path: Any) -> dict[str, Any]:
        pause = load(ServicePause.objects.all(), user, self.requires, pk=path["pause_id"])
        return PauseOut(services.end_pause(pause=pause, actor=user, at=at)).data
