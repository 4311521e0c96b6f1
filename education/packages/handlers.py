"""What packages do when something happened elsewhere."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from education.packages.services import forget_data


def forget_learners(event: Event) -> None:
    """Somebody is erased: so is what packages kept of them."""
    forget_data(person=UUID(event.payload["person"]), at=dt.datetime.fromisoformat(event.payload["at"]))
