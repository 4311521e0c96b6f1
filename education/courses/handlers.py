"""What events of residents mean for classes."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from education.courses.services import forget_roll_words, leave_all_classes, leave_second_seats, return_second_seats
from stations.people.models import Person


def leave_classes_of_the_dead(event: Event) -> None:
    """Nobody is called who has died; the seat goes to the next in the line."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        leave_all_classes(learner=person, at=dt.datetime.fromisoformat(event.payload["at"]))


def follow_merge(event: Event) -> None:
    """Two records are one person now, who is called once in a class."""
    learner = Person.objects.get(pk=event.payload["kept"])
    leave_second_seats(learner=learner, at=dt.datetime.fromisoformat(event.payload["at"]))


def follow_unmerge(event: Event) -> None:
    """The records are two people again, each with a seat of their own."""
    records = Person.objects.filter(pk__in=[event.payload["kept"], event.payload["merged"]])
    return_second_seats(learners=list(records), at=dt.datetime.fromisoformat(event.payload["at"]))


def forget_learners(event: Event) -> None:
    """Somebody is erased: so is what was written beside their marks."""
    forget_roll_words(person=UUID(event.payload["person"]), at=dt.datetime.fromisoformat(event.payload["at"]))
