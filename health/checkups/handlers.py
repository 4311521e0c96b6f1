"""What events of residents mean for their check-ups."""

import datetime as dt

from core.events.models import Event
from health.checkups.services import revoke_orders_of
from stations.people.models import Person


def end_checkups_of_the_dead(event: Event) -> None:
    """Nobody is expected or called who has died."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        revoke_orders_of(resident=person, at=dt.datetime.fromisoformat(event.payload["at"]))
