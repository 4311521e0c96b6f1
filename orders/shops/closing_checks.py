"""What of shops stands in the way of closing a station."""

from django.db.models import Q
from django.utils.translation import ngettext

from orders.shops.models import ShopOrder
from stations.network.models import Station


def orders_left(station: Station) -> list[str]:
    """Orders that are packed here, or whose money lies here: they end first, or are refunded."""
    rows = ShopOrder.objects.filter(Q(shop__station=station) | Q(checkout__station=station))
    count = rows.filter(status__in=ShopOrder.OPEN).count()
    return [ngettext("%(n)s shop order open", "%(n)s shop orders open", count) % {"n": count}] if count else []
