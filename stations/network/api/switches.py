"""Services switched on and off at a station, and paused in a division."""

import datetime as dt
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import Refused, refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from stations.accounts.models import User
from stations.network import services
from stations.network.api.shared import StationReasonIn
from stations.network.models import Service, ServicePause, Station, StationService
from stations.places.models import Division


class ServiceUnknown(Refused):
    """No service of this code."""

    code = "service_unknown"
    status = 422
    message = _("There is no service with this code.")


class SwitchOut(ReadSerializer):
    station = serializers.CharField(source="station.code")
    service = serializers.CharField(source="service.code")
    from_at = serializers.DateTimeField()
    to_at = serializers.DateTimeField(allow_null=True)


SWITCH_EXAMPLE = {
    "station": "321324-0007",
    "service": "recharge",
    "from_at": "2026-11-25T06:30:00.000Z",
    "to_at": None,
}


class SwitchOn(VerbView):
    """Turn a service on at a station from now on."""

    requires = "stations.switch_service"
    one_object = True
    In, Out = StationReasonIn, SwitchOut
    refusals: ClassVar[tuple[type[Refused], ...]] = (ServiceUnknown, *refused_by(services.switch_service_on))
    in_example = {"reason": "培训已完成"}
    out_example = SWITCH_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> StationService:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        service = service_of(path["service"])
        return services.switch_service_on(station=station, service=service, actor=user, at=at, **data)


class SwitchOff(SwitchOn):
    """Turn a service off at a station."""

    refusals = (ServiceUnknown, *refused_by(services.switch_service_off))
    in_example = {"reason": "设备待修"}
    out_example = {**SWITCH_EXAMPLE, "to_at": "2026-11-26T01:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> StationService:
        station = load(Station.objects.all(), user, self.requires, code=path["code"])
        service = service_of(path["service"])
        return services.switch_service_off(station=station, service=service, actor=user, at=at, **data)


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
    reason = Line(max_length=200)


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
    "from_at": "2026-11-25T06:30:00.000Z",
    "to_at": None,
}


class PauseService(VerbView):
    """Pause a service in a division; it beats every switch below."""

    requires = "stations.pause_service"
    one_object = True
    In, Out, success_status = PauseIn, PauseOut, 201
    refusals = (ServiceUnknown, *refused_by(services.pause_service))
    in_example = {"service": "recharge", "division": "321324000000", "reason": "运营商系统故障"}
    out_example = PAUSE_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        divisions = Division.objects.current()
        division = load(divisions, user, self.requires, code=data["division"], level=data["level"])
        pause = services.pause_service(
            service=service_of(data["service"]), division=division, actor=user, at=at, reason=data["reason"]
        )
        return PauseOut(pause).data


class EndPause(VerbView):
    """End a pause of a service: it goes on wherever it is switched on."""

    requires = "stations.pause_service"
    one_object = True
    Out = PauseOut
    refusals = refused_by(services.end_pause)
    out_example = {**PAUSE_EXAMPLE, "to_at": "2026-11-25T09:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        pause = load(ServicePause.objects.all(), user, self.requires, pk=path["pause_id"])
        return PauseOut(services.end_pause(pause=pause, actor=user, at=at)).data
