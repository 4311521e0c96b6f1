"""Where a person stands: the station whose counter they serve."""

from typing import Any

from django.core.exceptions import PermissionDenied

from stations.network.models import Station
from stations.scope import posts_granting


def counter_of(user: Any, verb: str, *, code: str = "") -> Station:
    """The station at which this person may do this: the one named, or the first of their posts at a station.

    Raises `PermissionDenied` when there is none.
    """
    ids = [post.station_id for post in posts_granting(user, verb) if post.reach == "station"]
    stations = Station.objects.select_related("county", "village").filter(pk__in=ids)
    if code:
        stations = stations.filter(code=code)
    found = {station.pk: station for station in stations}
    for station_id in ids:
        if station_id in found:
            return found[station_id]
    raise PermissionDenied
