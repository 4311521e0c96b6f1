"""What homework holds of a person."""

from typing import Any

from education.homework.models import HomeworkSubmission
from stations.people.models import Person

SHOWN = ("task__title", "status", "first_submitted_at", "submitted_at", "comment", "grade", "decided_at")


def homework(person: Person) -> list[dict[str, Any]]:
    """Everything that the person handed in, with comment and grade."""
    rows = HomeworkSubmission.objects.filter(learner=person).order_by("pk")
    return list(rows.values(*SHOWN))
