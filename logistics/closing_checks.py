"""What of a station's parcels stands in the way of its closing."""

from django.utils.translation import ngettext

from logistics.parcels.models import Parcel
from stations.network.models import Station


def parcels_left(station: Station) -> list[str]:
    """One sentence while parcels lie at the station."""
    count = Parcel.objects.filter(custodian=station).count()
    words = ngettext("%(n)s parcel lies at the station", "%(n)s parcels lie at the station", count)
    return [words % {"n": count}] if count else []
