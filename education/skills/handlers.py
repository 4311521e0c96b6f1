"""What events of shops mean for trainings."""

import datetime as dt

from core.events.models import Event
from education.skills.models import OutcomeFact
from education.skills.services import note_outcome
from stations.people.models import Person


def note_shop_opened(event: Event) -> None:
    """A farmer's shop is open to the city: perhaps within 90 days after a training. Twice changes nothing."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        at = dt.datetime.fromisoformat(event.payload["at"])
        note_outcome(person=person, kind=OutcomeFact.Kind.SHOP_OPENED, at=at)
