"""What events of residents mean for their health records."""

from uuid import UUID

from core.events.models import Event
from health.records.services import forget_proofs


def forget_of_the_erased(event: Event) -> None:
    """Photos of papers with their signature go; that somebody was allowed to read stays."""
    forget_proofs(person=UUID(event.payload["person"]))
