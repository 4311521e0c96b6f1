"""What homework does when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.homework.services import forget_homework
from stations.people.models import Person


def forget_learners(event: Event) -> None:
    """Somebody is erased: so are the photos of their pages."""
    learner = Person.objects.filter(pk=event.payload["person"]).first()
    if learner is not None:
        forget_homework(learner=learner, at=dt.datetime.fromisoformat(event.payload["at"]))
