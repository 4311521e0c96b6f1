"""What learners' pages do when something happened elsewhere."""

from uuid import UUID

from core.events.models import Event
from education.learners.services import forget_pictures


def forget_learners(event: Event) -> None:
    """Somebody is erased: so are the own pictures."""
    forget_pictures(person=UUID(event.payload["person"]))
