"""What quizzes hold of a person."""

from typing import Any

from education.quizzes.models import QuizAttempt
from stations.people.models import Person


def quiz_results(person: Person) -> list[dict[str, Any]]:
    """Every attempt of the person, with its marks."""
    rows = QuizAttempt.objects.filter(enrolment__learner=person).order_by("pk")
    return list(rows.values("quiz__title", "number", "status", "earned", "possible", "started_at", "finished_at"))
