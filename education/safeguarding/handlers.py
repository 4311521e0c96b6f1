"""What safeguarding does when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from education.safeguarding.services import hear_withdrawal
from stations.people.models import Person


def end_after_withdrawal(event: Event) -> None:
    """A consent was withdrawn at the counter: what rests on it ends."""
    child = Person.objects.select_related("home_station__county").filter(pk=event.payload["person"]).first()
    if child is not None:
        hear_withdrawal(
            child=child, purpose=event.payload["purpose"], at=dt.datetime.fromisoformat(event.payload["at"])
        )
