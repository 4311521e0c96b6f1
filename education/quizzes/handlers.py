"""What quizzes do when something happened elsewhere."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from education.quizzes.services import forget_answers


def forget_learners(event: Event) -> None:
    """Somebody is erased: so is what they wrote."""
    forget_answers(person=UUID(event.payload["person"]), at=dt.datetime.fromisoformat(event.payload["at"]))
