"""Devices of stations: quarantined, released, revoked."""

import datetime as dt
from typing import Any

from rest_framework import generics, serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from stations.accounts import services
from stations.accounts.api.shared import ReasonIn
from stations.accounts.models import Device, User


class DeviceOut(serializers.Serializer):
    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    state = serializers.ChoiceField(Device.State.choices)
    registered_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(allow_null=True)


DEVICE_EXAMPLE = {
    "id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
    "label": "柜台手机",
    "station": "321324-0007",
    "state": "revoked",
    "registered_at": "2026-09-01T01:00:00.000Z",
    "last_seen_at": "2026-11-25T06:30:00.000Z",
}


class Devices(generics.ListAPIView):
    """List devices of the stations within reach, newest first."""

    requires = "stations.read_device"
    serializer_class = DeviceOut
    out_example = DEVICE_EXAMPLE

    def get_queryset(self) -> Any:
        return Device.objects.open_to(self.request.user, self.requires).select_related("station")


class RevokeDevice(VerbView):
    """Revoke a lost or sold device: nothing on it counts from this instant."""

    requires = "stations.revoke_device"
    one_object = True
    In, Out = ReasonIn, DeviceOut
    refusals = refused_by(services.revoke_device)
    in_example = {"reason": "手机丢失"}
    out_example = DEVICE_EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        device = load(Device.objects.select_related("station"), user, self.requires, pk=path["device_id"])
        return DeviceOut(services.revoke_device(device=device, actor=user, at=at, **data)).data


class QuarantineDevice(RevokeDevice):
    """Quarantine a device: nothing on it counts until the county has looked."""

    requires = "stations.quarantine_device"
    refusals = refused_by(services.quarantine_device)
    in_example = {"reason": "同一队列从两处发来"}
    out_example = {**DEVICE_EXAMPLE, "state": "quarantined"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        device = load(Device.objects.select_related("station"), user, self.requires, pk=path["device_id"])
        return DeviceOut(services.quarantine_device(device=device, actor=user, at=at, **data)).data


class ReleaseDevice(RevokeDevice):
    """Release a device: the county has looked, and it works again."""

    requires = "stations.release_device"
    refusals = refused_by(services.release_device)
    in_example = {"reason": "本人到场，确认只有这一部手机"}
    out_example = {**DEVICE_EXAMPLE, "state": "active"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        device = load(Device.objects.select_related("station"), user, self.requires, pk=path["device_id"])
        return DeviceOut(services.release_device(device=device, actor=user, at=at, **data)).data
