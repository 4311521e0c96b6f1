"""What orders show on a resident's page: what waits to be agreed, paid or collected."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import may
from orders.purchases.display import kind_of, words_of
from orders.purchases.models import Order
from orders.purchases.queries import TO_COLLECT
from stations.accounts.models import User
from stations.hooks import Waiting
from stations.people.models import Person

READ = "orders.read_purchase"


def waiting(*, person: Person, user: User, at: dt.datetime) -> list[Waiting]:
    """Orders at this counter that somebody has to do something about."""
    if not may(user, READ):
        return []
    open_ones = Q(status=Order.Status.AWAITING_CONSENT) | TO_COLLECT | Q(status="placed", expires_at__isnull=False)
    orders: Any = Order.objects.open_to(user, READ).filter(open_ones, villager=person)
    return [
        Waiting(
            title=_("Order of goods"),
            detail=order.number,
            href=reverse("purchases:purchase", args=[order.pk]),
            icon="basket",
            amount=order.due,
            status=kind_of(order),
            words=words_of(order),
        )
        for order in orders.select_related("station", "villager").order_by("pk")
    ]
