"""What presales hold of a person, and what of it stands in the way of forgetting them."""

from typing import Any

from django.utils.translation import ngettext

from orders.presales.models import PresaleOrder
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """Money in a presale, or boxes to collect."""
    count = PresaleOrder.objects.filter(villager=person, status__in=PresaleOrder.LIVE).count()
    if not count:
        return []
    return [ngettext("%(n)s order of a presale", "%(n)s orders of presales", count) % {"n": count}]


def orders(person: Person) -> list[dict[str, Any]]:
    """Everything that the person ordered."""
    rows = PresaleOrder.objects.filter(villager=person).order_by("pk")
    about = ("presale__number", "presale__crop__code", "status", "boxes", "allotted", "held_minor", "returned_minor")
    return list(rows.values(*about, "currency", "ordered_at"))
