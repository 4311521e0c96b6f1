"""What events of residents mean for classes."""

import datetime as dt

from core.events.models import Event
from education.courses.services import leave_all_classes
from stations.people.models import Person


def leave_classes_of_the_dead(event: Event) -> None:
    """Nobody is called who has died; the seat goes to the next in the line."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        leave_all_classes(learner=person, at=dt.datetime.fromisoformat(event.payload["at"]))
