"""What packages hold of a person."""

from typing import Any

from education.packages.models import ScormState
from stations.people.models import Person


def package_results(person: Person) -> list[dict[str, Any]]:
    """Every package that the person played, with what it said."""
    rows = ScormState.objects.filter(enrolment__learner=person).order_by("pk")
    return list(rows.values("package__title", "status", "score_bp", "seconds_spent", "cmi", "started_at", "saved_at"))
