"""What parcels to the city hold of a person, and what of it stands in the way of forgetting them."""

from typing import Any

from django.utils.translation import ngettext

from orders.shipping.models import Shipment
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """Parcels that the person sent and that have not ended."""
    count = Shipment.objects.filter(sender=person, status__in=Shipment.OPEN).count()
    if not count:
        return []
    return [ngettext("%(n)s parcel to the city under way", "%(n)s parcels to the city under way", count) % {"n": count}]


def shipments(person: Person) -> list[dict[str, Any]]:
    """Everything that the person sent to the city."""
    rows = Shipment.objects.filter(sender=person).order_by("pk")
    return list(rows.values("number", "status", "region__name", "price_minor", "currency", "accepted_at"))
