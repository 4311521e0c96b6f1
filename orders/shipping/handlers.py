"""What is heard of the parcels that go to the city; a second delivery of an event changes nothing."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from orders.shipping import services
from orders.shipping.models import Shipment


def note_delivered(event: Event) -> None:
    """The carrier has delivered it."""
    if (shipment := _shipment(event)) is not None:
        services.note_delivered(shipment=shipment, at=_at(event))


def note_returned(event: Event) -> None:
    """It is back at its station."""
    if (shipment := _shipment(event)) is not None:
        services.note_returned(shipment=shipment, at=_at(event))


def note_lost(event: Event) -> None:
    """Nobody has it any more."""
    if (shipment := _shipment(event)) is not None:
        services.note_lost(shipment=shipment, at=_at(event))


def forget_sender(event: Event) -> None:
    """A person was forgotten: name and phone go from the parcels that were theirs."""
    services.forget_person(person=UUID(event.payload["person"]), at=_at(event))


def _shipment(event: Event) -> Shipment | None:
    """What was paid for this parcel, if a villager sent it to the city."""
    return Shipment.objects.filter(parcel=event.payload["parcel"]).first()


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
