"""What tutoring holds of a person who learns."""

from typing import Any

from education.tutoring.models import SessionLearner
from stations.people.models import Person

SHOWN = (
    "session__subject",
    "session__topic",
    "session__booking__slot__starts_at",
    "session__booking__status",
    "was_present",
)


def tutoring_lessons(person: Person) -> list[dict[str, Any]]:
    """Each lesson with a tutor that the person has or had."""
    return list(SessionLearner.objects.filter(learner=person).order_by("pk").values(*SHOWN))
