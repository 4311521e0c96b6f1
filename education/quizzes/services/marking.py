"""Attempts get their marks, as many at once as there are, in the same few statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from core.database.db import lock_all
from core.history import record_changes
from education.quizzes.marks import marks_of
from education.quizzes.models import Question, QuizAnswer, QuizAttempt
from stations.accounts.models import User


def mark_attempts(attempts: QuerySet[QuizAttempt], *, at: dt.datetime, by: User | None = None) -> list[QuizAttempt]:
    """Mark these as they stand; whoever has been marked meanwhile stays as they are."""
    held = lock_all(attempts.select_related("quiz"))
    questions, answers = _questions_of(held), _answers_of(held)
    for attempt in held:
        marks = marks_of(questions[attempt.quiz_id], answers.get(attempt.pk, {}))
        attempt.earned, attempt.possible, attempt.finished_at = marks.earned, marks.possible, at
        passed = marks.passes(attempt.quiz.pass_mark_bp)
        attempt.status = QuizAttempt.Status.PASSED if passed else QuizAttempt.Status.FAILED
    QuizAttempt.objects.bulk_update(held, ["earned", "possible", "finished_at", "status"])
    for status in QuizAttempt.MARKED:
        marked = [each for each in held if each.status == status]
        record_changes(marked, old=QuizAttempt.Status.INITIALIZED, new=status, at=at, actor=by.pk if by else None)
    return held


def _questions_of(attempts: Sequence[QuizAttempt]) -> Mapping[UUID, list[Question]]:
    found: dict[UUID, list[Question]] = defaultdict(list)
    for question in Question.objects.filter(quiz__in={each.quiz_id for each in attempts}):
        found[question.quiz_id].append(question)
    return found


def _answers_of(attempts: Sequence[QuizAttempt]) -> Mapping[UUID, dict[UUID, list[str]]]:
    """Of each attempt the last answer to each question."""
    found: dict[UUID, dict[UUID, list[str]]] = defaultdict(dict)
    rows = QuizAnswer.objects.filter(attempt__in=[each.pk for each in attempts])
    for answer in rows.order_by("received_at", "made_at", "op_id"):
        found[answer.attempt_id][answer.question_id] = answer.value
    return found
