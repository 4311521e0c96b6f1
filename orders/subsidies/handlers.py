"""Parcels that bring their partner something; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from logistics.parcels.models import Parcel
from orders.subsidies import services


def accrue(event: Event) -> None:
    """A parcel was handed over to its receiver, or given to the carrier."""
    parcel = Parcel.objects.select_related("from_station").filter(pk=event.payload["parcel"]).first()
    if parcel is not None:
        at = dt.datetime.fromisoformat(event.payload["at"])
        services.accrue_subsidy(parcel=parcel, at=at)
