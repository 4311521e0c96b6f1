"""What events of residents mean for their care."""

import datetime as dt

from core.events.models import Event
from health.chronic.services import finish_all_of
from stations.people.models import Person


def finish_care_of_the_dead(event: Event) -> None:
    """Nobody is asked to come who has died."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        finish_all_of(resident=person, at=dt.datetime.fromisoformat(event.payload["at"]))
