"""What of school kits stands in the way of a station's closing."""

from django.utils.translation import ngettext

from education.supplies.models import Kit
from stations.network.models import Station


def kits_left(station: Station) -> list[str]:
    """One sentence while kits lie at the station or are on their way there: only its people send them back."""
    count = Kit.objects.filter(station=station, state__in=[Kit.State.IN_TRANSIT, Kit.State.AT_STATION]).count()
    words = ngettext(
        "%(n)s school kit is at the station or on its way there",
        "%(n)s school kits are at the station or on their way there",
        count,
    )
    return [words % {"n": count}] if count else []
