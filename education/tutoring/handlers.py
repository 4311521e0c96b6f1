"""What tutoring does when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.tutoring.services import end_all_lessons
from stations.people.models import Person


def cancel_lessons_of_the_dead(event: Event) -> None:
    """A learner has died: no tutor waits."""
    learner = Person.objects.filter(pk=event.payload["person"]).first()
    if learner is not None:
        end_all_lessons(learner=learner, at=dt.datetime.fromisoformat(event.payload["at"]))
