"""Questions about suppliers with an order system of their own."""

from django.db.models import QuerySet

from orders.purchases.models import Order, OrderLine


def lines_of_systems(order: Order) -> QuerySet[OrderLine]:
    """The lines of an order whose suppliers have a system, in their order, with what is said of them."""
    lines = OrderLine.objects.filter(order=order, variant__product__supplier__system__isnull=False)
    return lines.select_related("variant__product__supplier").order_by("pk")
