"""What the endpoints of calls home show; the number of a parent is on no answer."""

from rest_framework import serializers

from core.serializers import ReadSerializer
from core.web.pagination import CursorPages

CHILD = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"


class ByNumber(CursorPages):
    ordering = "-id"


class BoothOut(ReadSerializer):
    """A call booth."""

    id = serializers.IntegerField()
    station = serializers.CharField(source="station.code")
    name = serializers.CharField()
    minutes = serializers.IntegerField()


class CallContactOut(ReadSerializer):
    """Somebody whom a child may call."""

    id = serializers.UUIDField()
    child = serializers.UUIDField(source="child_id")
    name = serializers.CharField()
    relation = serializers.CharField()
    phone_tail = serializers.CharField(allow_blank=True)
    zone = serializers.CharField()
    is_active = serializers.BooleanField()


class CallOut(ReadSerializer):
    """A call of a child; `status` is that of its booking (FHIR R4), `outcome` what became of the call."""

    id = serializers.UUIDField()
    child = serializers.UUIDField(source="child_id")
    contact = serializers.UUIDField(source="contact_id")
    booth = serializers.IntegerField(source="booth_id")
    station = serializers.CharField(source="booth.station.code")
    starts_at = serializers.DateTimeField(source="booking.slot.starts_at")
    status = serializers.CharField(source="booking.status")
    tries_failed = serializers.IntegerField(source="failed")
    connected_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)


class UnreachedOut(ReadSerializer):
    """A child who has not talked to anybody on its list for 30 days."""

    child = serializers.UUIDField(source="child_id")
    station = serializers.CharField(source="child.home_station.code")
    silent_since = serializers.DateTimeField()


BOOTH = {"id": 2, "station": "321324-0007", "name": "亲情小屋", "minutes": 30}
CONTACT = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1001",
    "child": CHILD,
    "name": "陈建国",
    "relation": "father",
    "phone_tail": "0101",
    "zone": "Africa/Luanda",
    "is_active": True,
}
CALL = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1002",
    "child": CHILD,
    "contact": CONTACT["id"],
    "booth": 2,
    "station": "321324-0007",
    "starts_at": "2026-11-29T11:00:00.000Z",
    "status": "booked",
    "tries_failed": 0,
    "connected_at": None,
    "ended_at": None,
    "outcome": "",
}
