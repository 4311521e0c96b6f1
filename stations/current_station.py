"""Where a person stands: the station whose counter they serve."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from stations.accounts.middleware import DEVICE
from stations.accounts.models import Device, User
from stations.network.models import Station
from stations.scope import posts_granting


def counter_of(user: User, verb: str, *, code: str = "") -> Station:
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


def device_of(request: HttpRequest) -> Device | None:
    """The device that a request comes from: that of its token, or the one that the browser is known as."""
    known = getattr(getattr(request, "auth", None), "device_id", None) or request.session.get(DEVICE)
    return Device.objects.filter(pk=known).first() if known else None
