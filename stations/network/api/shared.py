"""What several verbs of stations read and answer."""

from rest_framework import serializers

from core.language.typed import Line
from stations.network.models import Station


class StationReasonIn(serializers.Serializer):
    reason = Line(max_length=200)


class MovedOut(serializers.Serializer):
    code = serializers.CharField()
    status = serializers.ChoiceField(Station.Status.choices)


def moved(station: Station) -> dict[str, str]:
    """Where a verb has brought the station."""
    return {"code": station.code, "status": station.status}
