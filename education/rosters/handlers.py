"""What rosters do when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.rosters.services import forget_learner
from stations.people.models import Person


def forget_learners(event: Event) -> None:
    """Somebody is erased: no school names them here any more."""
    learner = Person.objects.filter(pk=event.payload["person"]).first()
    if learner is not None:
        forget_learner(learner=learner, at=dt.datetime.fromisoformat(event.payload["at"]))
