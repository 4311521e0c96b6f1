"""What shops hold of a farmer, and what of it stands in the way of forgetting them."""

from typing import Any

from django.utils.translation import ngettext

from orders.shops.models import Shop
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """A shop that is not closed for good."""
    count = Shop.objects.filter(owner=person).exclude(status=Shop.Status.TERMINATED).count()
    if not count:
        return []
    return [ngettext("%(n)s shop that is not closed", "%(n)s shops that are not closed", count) % {"n": count}]


def shops(person: Person) -> list[dict[str, Any]]:
    """The shops of the person."""
    rows = Shop.objects.filter(owner=person).order_by("pk")
    return list(rows.values("name", "name_zh", "story", "story_zh", "status", "opened_at", "agreed_at"))
