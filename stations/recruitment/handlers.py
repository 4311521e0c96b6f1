"""What recruitment takes from education: courses that somebody has completed."""

import datetime as dt

from core.events.models import Event
from stations.people.models import Person
from stations.recruitment.services import keep_course_report


def note_completed_course(event: Event) -> None:
    """A certificate may be issued once its courses are reported. A second delivery changes nothing."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        told = event.payload
        at = dt.datetime.fromisoformat(told["at"])
        keep_course_report(person=person, course=told["code"], version=told["version"], at=at)
