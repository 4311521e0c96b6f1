"""What group orders hold of a person, and what of it stands in the way of forgetting them."""

from typing import Any

from django.utils.translation import ngettext

from orders.groups.models import GroupPledge
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """Money in group orders that are not decided."""
    count = GroupPledge.objects.filter(villager=person, status=GroupPledge.Status.HELD).count()
    if not count:
        return []
    return [ngettext("%(n)s pledge to a group order", "%(n)s pledges to group orders", count) % {"n": count}]


def pledges(person: Person) -> list[dict[str, Any]]:
    """Everything that the person pledged."""
    rows = GroupPledge.objects.filter(villager=person).order_by("pk")
    return list(
        rows.values("group__number", "status", "quantity", "held_minor", "returned_minor", "currency", "pledged_at")
    )
