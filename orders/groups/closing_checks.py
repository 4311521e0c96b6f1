"""What of group orders stands in the way of closing a station."""

from django.db.models import Q
from django.utils.translation import ngettext

from orders.groups.models import GroupOrder
from stations.network.models import Station


def groups_left(station: Station) -> list[str]:
    """Group orders with residents' money, or with goods that are still collected here: they end first."""
    rows = GroupOrder.objects.filter(Q(settled_at=None) | Q(status=GroupOrder.Status.CONFIRMED), station=station)
    count = rows.count()
    return [ngettext("%(n)s group order open", "%(n)s group orders open", count) % {"n": count}] if count else []
