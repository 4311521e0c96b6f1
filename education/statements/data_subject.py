"""What statements hold of a person."""

from typing import Any

from education.statements.models import Statement
from stations.people.models import Person


def statements(person: Person) -> list[dict[str, Any]]:
    """Everything that is told of the person under a pseudonym, and whether it was sent."""
    rows = Statement.objects.filter(actor__learner=person).order_by("stored_at", "pk")
    return list(rows.values("kind", "happened_at", "content", "status", "delivered_at"))
