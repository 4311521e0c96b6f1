"""Where work is done by the clock on the wall: the zones of stations, and what stands in each."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings

from stations.network.models import Station


def zones() -> set[str]:
    """Every zone in which a station stands, and the one of the system."""
    return {settings.ECOMNET_ZONE, *Station.objects.order_by().values_list("zone", flat=True).distinct()}


def counties(*, zone: str, date: dt.date) -> Iterable[str]:
    """The codes of the counties with stations in this zone, for jobs by county."""
    open_stations = Station.objects.filter(zone=zone).exclude(status=Station.Status.CLOSED)
    return open_stations.order_by("county__code").values_list("county__code", flat=True).distinct()


def stations(*, zone: str, date: dt.date) -> Iterable[str]:
    """The codes of the stations in this zone, for jobs by station."""
    open_stations = Station.objects.filter(zone=zone).exclude(status=Station.Status.CLOSED)
    return open_stations.order_by("code").values_list("code", flat=True)
