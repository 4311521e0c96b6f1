"""The public register over the API."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC
from core.errors import TooMany
from stations.network.queries import STATE_CHOICES as STATES_OF_STATIONS
from stations.recruitment.queries import STATE_CHOICES
from stations.recruitment.services import NotRegistered, NumberMistyped, look_up


class AuthorisedOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    open = serializers.BooleanField(source="is_open")


class RegisteredOut(serializers.Serializer):
    number = serializers.CharField()
    subject = serializers.CharField()
    name_masked = serializers.CharField()
    station = serializers.CharField(source="station.code")
    station_name = serializers.CharField(source="station.name")
    village = serializers.CharField(source="station.village.short_name")
    valid_from = serializers.DateField(source="issued_date")
    valid_to = serializers.DateField(source="expires_date", help_text="The last valid day.")
    state = serializers.ChoiceField(STATE_CHOICES)
    station_state = serializers.ChoiceField(STATES_OF_STATIONS, source="station_state.code")
    services = AuthorisedOut(many=True)


class Register(APIView):
    """What anybody may see of a certificate; at most 30 look-ups a minute per address. Nobody pays to join, ever."""

    requires = PUBLIC
    refusals = (NumberMistyped, NotRegistered, TooMany)
    out_example = {
        "number": "321324000710004215",
        "subject": "合伙人",
        "name_masked": "王*英",
        "station": "321324-0007",
        "station_name": "桑园村服务站",
        "village": "桑园村",
        "valid_from": "2026-01-10",
        "valid_to": "2028-01-09",
        "state": "valid",
        "station_state": "open_now",
        "services": [{"code": "bill_payment", "name": "生活缴费", "open": True}],
    }

    @extend_schema(responses=RegisteredOut)
    def get(self, request: Any, number: str) -> Response:
        found = look_up(number=number, address=request.META.get("REMOTE_ADDR", ""), at=now())
        return Response(RegisteredOut(found).data)
