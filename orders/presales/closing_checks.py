"""What of presales stands in the way of closing a station."""

from django.utils.translation import ngettext

from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from stations.network.models import Station


def presales_left(station: Station) -> list[str]:
    """Boxes that residents have paid here and not collected, what they claim, and presales of this place: they end
    first.
    """
    count = PresaleClaim.objects.filter(order__station=station, status=PresaleClaim.Status.RAISED).count()
    count += PresaleOrder.objects.filter(station=station, status__in=PresaleOrder.LIVE).count()
    count += PresaleCycle.objects.filter(station=station, status__in=PresaleCycle.LIVE).count()
    return [ngettext("%(n)s presale open", "%(n)s presales open", count) % {"n": count}] if count else []
