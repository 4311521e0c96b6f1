"""What anybody may read of a station: its facts, its state, and which ones are near."""

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC
from stations.network import queries
from stations.network.models import Station

NEAREST = 20


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
    "opens_next_at": "2026-11-26T00:00:00.000Z",
    "services": [{"code": "bill_payment", "name": "生活缴费", "open": True, "why": "", "reason": ""}],
}


class OneStation(APIView):
    """Get a station: its public facts; stations before their trial are not shown."""

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
    """List the stations near a place: the twenty nearest that work, perhaps only those that offer a service."""

    requires = PUBLIC
    out_example = {
        "results": [{name: STATION_EXAMPLE[name] for name in NearOut().get_fields()}],
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
