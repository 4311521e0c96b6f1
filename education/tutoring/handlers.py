"""What tutoring does when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.tutoring.services import end_all_lessons
from stations.people.models import Person


def cancel_lessons_of_the_dead(event: Event) -> None:
    """A learner or a tutor has died: nobody waits for the other."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        end_all_lessons(person=person, at=dt.datetime.fromisoformat(event.payload["at"]))
