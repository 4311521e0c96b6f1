"""Of a learner who was erased, free answers and the words of excuses go; attempts and marks stay."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.errors import refuses
from education.quizzes.models import Question, QuizAnswer, QuizWaiver
from stations.people.models import Person

#: What stands in place of a reason; the database takes no other.
NO_WORDS = "–"


@refuses()
@transaction.atomic
def forget_answers(*, person: UUID, at: dt.datetime) -> int:
    """Take out what an erased person wrote in quizzes, and why they were excused, under each record; how many rows."""
    records = list(Person.objects.of_people(person).values_list("pk", flat=True))
    written = QuizAnswer.objects.filter(attempt__enrolment__learner__in=records).exclude(value=[])
    forgotten = written.exclude(question__kind__in=Question.CHOICES).update(value=[], updated_at=at)
    excuses = QuizWaiver.objects.filter(enrolment__learner__in=records).exclude(reason=NO_WORDS)
    return forgotten + excuses.update(reason=NO_WORDS, updated_at=at)
