"""What other slices tell: residents who died, or do not agree any more, are not waited for."""

import datetime as dt

from core.events.models import Event
from health.consultations.queries import PURPOSES
from health.consultations.services import end_all_of
from stations.people.models import Person


def end_of_the_dead(event: Event) -> None:
    """Nobody is waited for who has died."""
    _end(event)


def end_after_withdrawal(event: Event) -> None:
    """Without the consent nothing is recorded, and the clinic may not read the record."""
    if event.payload["purpose"] in PURPOSES:
        _end(event)


def _end(event: Event) -> None:
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        end_all_of(person=person, at=dt.datetime.fromisoformat(event.payload["at"]))
