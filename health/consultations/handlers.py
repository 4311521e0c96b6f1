"""What other slices tell: residents who died, or do not agree any more, are not waited for."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from health.consultations.queries import missing_purposes
from health.consultations.services import end_all_of, follow_record
from stations.people.models import Person


def end_of_the_dead(event: Event) -> None:
    """Nobody is waited for who has died."""
    person = _person(event)
    if person is not None:
        _end(person, event)


def end_after_withdrawal(event: Event) -> None:
    """Without the consent nothing is recorded, and the clinic may not read the record; who agreed again goes on."""
    person = _person(event)
    if person is not None and event.payload["purpose"] in missing_purposes(person):
        _end(person, event)


def follow_merge(event: Event) -> None:
    """Two records of one person were merged, or taken apart again: open cases go with the resident."""
    told = event.payload
    at = dt.datetime.fromisoformat(told["at"])
    follow_record(records=[UUID(told["kept"]), UUID(told["merged"])], at=at)


def _person(event: Event) -> Person | None:
    return Person.objects.filter(pk=event.payload["person"]).first()


def _end(person: Person, event: Event) -> None:
    end_all_of(person=person, at=dt.datetime.fromisoformat(event.payload["at"]))
