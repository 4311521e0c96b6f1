"""What tutoring does when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.tutoring.services import end_all_lessons, end_lessons_at, forget_notes_about
from stations.network.models import Station
from stations.people.models import Person


def cancel_lessons_of_the_dead(event: Event) -> None:
    """A learner or a tutor has died: nobody waits for the other."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        end_all_lessons(person=person, at=dt.datetime.fromisoformat(event.payload["at"]))


def cancel_lessons_of_the_closed(event: Event) -> None:
    """A station is closed for good."""
    station = Station.objects.get(pk=event.payload["station"])
    end_lessons_at(station=station, at=dt.datetime.fromisoformat(event.payload["at"]))


def forget_notes_of_the_erased(event: Event) -> None:
    """A learner is erased: so is what was written about the lessons."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        forget_notes_about(person=person, at=dt.datetime.fromisoformat(event.payload["at"]))
