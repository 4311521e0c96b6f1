"""What presales hold of a person, and what of it stands in the way of forgetting them."""

from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from orders.presales.models import PresaleClaim, PresaleOrder
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """Money in a presale, boxes to collect, or a claim about them that is not decided."""
    open_claims = PresaleClaim.objects.filter(status=PresaleClaim.Status.RAISED)
    mine = PresaleOrder.objects.filter(villager=person)
    count = mine.filter(Q(status__in=PresaleOrder.LIVE) | Q(claims__in=open_claims)).count()
    if not count:
        return []
    return [ngettext("%(n)s order of a presale", "%(n)s orders of presales", count) % {"n": count}]


def orders(person: Person) -> list[dict[str, Any]]:
    """Everything that the person ordered."""
    rows = PresaleOrder.objects.filter(villager=person).order_by("pk")
    about = ("presale__number", "presale__crop__code", "status", "boxes", "allotted", "held_minor", "returned_minor")
    return list(rows.values(*about, "currency", "ordered_at"))


def claims(person: Person) -> list[dict[str, Any]]:
    """What the person has said of boxes that were bad."""
    rows = PresaleClaim.objects.filter(order__villager=person).order_by("pk")
    about = ("order__presale__number", "boxes", "amount_minor", "currency", "reason", "words", "status", "raised_at")
    return list(rows.values(*about))
