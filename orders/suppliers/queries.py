"""Questions about suppliers with an order system of their own."""

import datetime as dt

from orders.catalog.models import Supplier
from orders.purchases.models import Order, OrderLine
from orders.suppliers.models import SupplierWebhook
from stations.accounts.models import Post, Role, User
from stations.network.models import Station


def lines_to_tell(order: Order) -> list[tuple[Supplier, OrderLine]]:
    """The lines of an order that a supplier's system hears of, in their order, with what is said of them.

    Whoever was told that a line was ordered hears what becomes of it, also when another sells the article by now or
    the supplier has no system any more; of any other line whoever sold the article when the order was begun, where that
    supplier has a system.
    """
    lines = OrderLine.objects.filter(order=order).select_related("variant", "supplier").order_by("pk")
    told = _placed_with(order)
    by_supplier = [(told.get(str(line.pk), line.supplier), line) for line in lines]
    return [(supplier, line) for supplier, line in by_supplier if supplier.system_id or str(line.pk) in told]


def _placed_with(order: Order) -> dict[str, Supplier]:
    placed = SupplierWebhook.objects.filter(order=order, kind=SupplierWebhook.Kind.PLACED).select_related("supplier")
    return {line["line"]: webhook.supplier for webhook in placed for line in webhook.body["data"]["lines"]}


def clerks_of(station: Station, *, at: dt.datetime) -> list[User]:
    """Who receives the goods of a station's county now."""
    posts = Post.objects.live(at).filter(role=Role.COUNTY_CLERK, division=station.county_id)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk"))
