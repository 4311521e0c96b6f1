"""Names and phones of senders are forgotten: long after the end of a parcel, or when the person is."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from orders.shipping.models import Shipment
from stations.people.models import Person

SWEEP = 500
#: So long after the end of a parcel its sender can still be asked about it.
REMEMBERED = dt.timedelta(days=180)


@transaction.atomic
def forget_senders(*, at: dt.datetime) -> int:
    """Take name and phone from parcels that ended long ago: number, way and money stay; how many there were."""
    old = Shipment.objects.filter(ended_at__lt=at - REMEMBERED).exclude(sender_name="").order_by("ended_at")
    rows = Shipment.objects.filter(pk__in=old.values("pk")[:SWEEP])
    return rows.update(sender_name="", sender_phone="", updated_at=at)


@transaction.atomic
def forget_person(*, person: UUID, at: dt.datetime) -> int:
    """Take name and phone from the parcels that a person sent who is forgotten; how many there were."""
    theirs = Shipment.objects.filter(sender__in=Person.objects.of_people(person)).exclude(sender_name="")
    return theirs.update(sender_name="", sender_phone="", updated_at=at)
