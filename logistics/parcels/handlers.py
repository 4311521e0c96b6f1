"""What parcels take from other apps."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from logistics.parcels import services


def forget_receiver(event: Event) -> None:
    """A person was forgotten: name and phone go from the parcels that were theirs."""
    told = event.payload
    services.forget_person(person=UUID(told["person"]), at=dt.datetime.fromisoformat(told["at"]))
