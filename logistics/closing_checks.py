"""What of a station's parcels and routes stands in the way of its closing."""

from django.utils.translation import ngettext

from logistics.parcels.models import Parcel
from logistics.parcels.queries import returning_at
from logistics.routes.models import RouteStop
from stations.network.models import Station


def parcels_left(station: Station) -> list[str]:
    """One sentence while parcels lie at the station, also those that wait for a van back to their sender."""
    count = Parcel.objects.filter(custodian=station).count() + len(returning_at(station))
    words = ngettext("%(n)s parcel lies at the station", "%(n)s parcels lie at the station", count)
    return [words % {"n": count}] if count else []


def routes_left(station: Station) -> list[str]:
    """One sentence while vans stop at the station."""
    count = RouteStop.objects.filter(station=station, route__is_active=True).count()
    words = ngettext("%(n)s route stops at the station", "%(n)s routes stop at the station", count)
    return [words % {"n": count}] if count else []
