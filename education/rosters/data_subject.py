"""What rosters hold of a person."""

from typing import Any

from education.rosters.models import RosterRecord
from stations.people.models import Person


def school_rosters(person: Person) -> list[dict[str, Any]]:
    """Which schools have named the person, and as what; of their ids only a mark is kept that nobody reads."""
    rows = RosterRecord.objects.filter(learner=person).order_by("pk")
    return list(rows.values("source_system", "facts", "is_ended"))
