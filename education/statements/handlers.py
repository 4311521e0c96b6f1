"""What statements do when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.statements.services import forget_learner
from stations.people.models import Person


def forget_learners(event: Event) -> None:
    """Somebody is erased: nobody can tell any more of whom statements tell."""
    learner = Person.objects.filter(pk=event.payload["person"]).first()
    if learner is not None:
        forget_learner(learner=learner, at=dt.datetime.fromisoformat(event.payload["at"]))
