"""What orders hold of a person, and what of it stands in the way of forgetting them."""

from typing import Any

from django.utils.translation import ngettext

from orders.purchases.models import Order
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """Orders that are agreed and not completed."""
    count = Order.objects.filter(villager=person, status__in=Order.LIVE).count()
    if not count:
        return []
    return [ngettext("%(n)s order under way", "%(n)s orders under way", count) % {"n": count}]


def purchases(person: Person) -> list[dict[str, Any]]:
    """Everything that the person ordered."""
    rows = Order.objects.filter(villager=person).order_by("pk")
    return list(rows.values("number", "status", "total_minor", "received_minor", "currency", "price_as_of_at"))
