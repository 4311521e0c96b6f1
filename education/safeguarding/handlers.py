"""What safeguarding does when something happened elsewhere."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from education.safeguarding.services import forget_child_file, hear_withdrawal
from stations.people.models import Person


def end_after_withdrawal(event: Event) -> None:
    """A consent was withdrawn at the counter: what rests on it ends."""
    child = Person.objects.select_related("home_station__county").filter(pk=event.payload["person"]).first()
    if child is not None:
        hear_withdrawal(
            child=child, purpose=event.payload["purpose"], at=dt.datetime.fromisoformat(event.payload["at"])
        )


def forget_children(event: Event) -> None:
    """A child is erased: so is its file; concerns stay for their term."""
    forget_child_file(child=UUID(event.payload["person"]), at=dt.datetime.fromisoformat(event.payload["at"]))
