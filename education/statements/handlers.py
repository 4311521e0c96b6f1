"""What statements do when something happened elsewhere."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from education.statements.services import forget_learner


def forget_learners(event: Event) -> None:
    """Somebody is erased: nobody can tell any more of whom statements tell."""
    forget_learner(person=UUID(event.payload["person"]), at=dt.datetime.fromisoformat(event.payload["at"]))
