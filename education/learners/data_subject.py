"""What learners' pages hold of a person."""

from typing import Any

from education.learners.models import LearnerVisit
from stations.people.models import Person

SHOWN = ("screen__run__course__title", "screen__device__label", "opened_at", "ended_at")


def learner_pages(person: Person) -> list[dict[str, Any]]:
    """Each time that the person's own page was open, and where."""
    rows = LearnerVisit.objects.filter(enrolment__learner=person).order_by("pk")
    return [dict(each) for each in rows.values(*SHOWN)]
