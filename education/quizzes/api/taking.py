"""Quizzes that are taken, over the API: begun, answered from a device that may send twice, finished, excused."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from education.courses.models import Enrolment
from education.quizzes import services
from education.quizzes.api.shared import (
    ATTEMPT,
    ENROLMENT,
    QUESTION,
    QUIZ,
    RESULT,
    WAIVER,
    QuizAttemptOut,
    QuizResultOut,
    QuizWaiverOut,
)
from education.quizzes.models import LONGEST_TEXT, MOST_OPTIONS, READ_RESULT, Quiz, QuizAttempt, QuizWaiver
from education.quizzes.queries import attempts, results_of
from education.quizzes.services import Answered
from education.quizzes.services.writing import MOST_QUESTIONS
from stations.accounts.models import User
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_read
from stations.requests import signed_in

TAKE = "education.take_quiz"
#: From an attempt to who takes the quiz.
LEARNER = "enrolment__learner"
OP_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a4005"


def _learners() -> QuerySet[Enrolment]:
    return Enrolment.objects.seated().select_related(
        "run__course", "run__station__county", "learner__home_station__county"
    )


def _quiz_of(enrolment: Enrolment, pk: UUID) -> Quiz:
    """A quiz of the learner's course that was offered."""
    offered = Quiz.objects.filter(lesson__course=enrolment.run.course_id).exclude(status=Quiz.Status.DRAFT)
    found = offered.select_related("lesson").filter(pk=pk).first()
    if found is None:
        raise ValidationError({"quiz": ["There is no such quiz in this course."]})
    return found


class QuizResults(LogsRefusedReads):
    """What a learner of a class has made of each quiz; the reading is recorded."""

    requires = READ_RESULT
    one_object = True
    serializer_class = QuizResultOut(many=True)
    out_example = [RESULT]

    def get(self, request: Request, pk: UUID) -> Response:
        found = load_of_resident(_learners(), signed_in(request), READ_RESULT, resident="learner", pk=pk)
        log_read(user=signed_in(request), person=found.learner, what="quiz_results", at=now())
        return Response(QuizResultOut(results_of(found), many=True).data)


class _LearnerVerb(LogsRefusedReads, VerbView):
    one_object = True

    def enrolment(self, user: User, pk: UUID) -> Enrolment:
        """The learner's enrolment that a post carrying the verb reaches."""
        return load_of_resident(_learners(), user, self.requires, resident="learner", pk=pk)


class StartQuizIn(serializers.Serializer):
    """Which quiz."""

    quiz = serializers.UUIDField()


class StartQuiz(_LearnerVerb):
    """Begin a learner's next attempt; one that goes on is taken up again."""

    requires = TAKE
    In, Out = StartQuizIn, QuizAttemptOut
    success_status = 201
    refusals = refused_by(services.start_quiz)
    in_example = {"quiz": QUIZ["id"]}
    out_example = ATTEMPT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> QuizAttempt:
        enrolment = self.enrolment(user, pk)
        return services.start_quiz(quiz=_quiz_of(enrolment, data["quiz"]), enrolment=enrolment, by=user, at=at)


class WaiveQuizIn(serializers.Serializer):
    """From which quiz, and why."""

    quiz = serializers.UUIDField()
    reason = Line(max_length=200)


class WaiveQuiz(_LearnerVerb):
    """Excuse a learner from a quiz: the certificate does not ask for it."""

    requires = "education.waive_quiz"
    In, Out = WaiveQuizIn, QuizWaiverOut
    success_status = 201
    refusals = refused_by(services.waive_quiz)
    in_example = {"quiz": QUIZ["id"], "reason": WAIVER["reason"]}
    out_example = WAIVER | {"enrolment": ENROLMENT}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> QuizWaiver:
        enrolment = self.enrolment(user, pk)
        quiz = _quiz_of(enrolment, data.pop("quiz"))
        return services.waive_quiz(enrolment=enrolment, quiz=quiz, **data, by=user, at=at)


class QuizAttemptView(LogsRefusedReads):
    """One attempt with its questions and the last answers; the reading is recorded."""

    requires = READ_RESULT
    one_object = True
    serializer_class = QuizAttemptOut
    out_example = ATTEMPT

    def get(self, request: Request, pk: UUID) -> Response:
        found = load_of_resident(attempts(), signed_in(request), READ_RESULT, resident=LEARNER, pk=pk)
        log_read(user=signed_in(request), person=found.enrolment.learner, what="quiz_results", at=now())
        return Response(QuizAttemptOut(found).data)


class _AttemptVerb(LogsRefusedReads, VerbView):
    one_object = True
    requires = TAKE
    Out = QuizAttemptOut

    def attempt(self, user: User, pk: UUID) -> QuizAttempt:
        """The attempt that a post carrying the verb reaches."""
        return load_of_resident(attempts(), user, self.requires, resident=LEARNER, pk=pk)


class AnsweredIn(serializers.Serializer):
    """An answer: positions of options (from 1), or one text; `op_id` is made by the device, once for each answer."""

    op_id = serializers.UUIDField()
    question = serializers.UUIDField()
    given = serializers.ListField(child=Line(max_length=LONGEST_TEXT, allow_blank=True), max_length=MOST_OPTIONS)
    made_at = serializers.DateTimeField()


class AnswersIn(serializers.Serializer):
    """Answers in any order; what was sent before is known."""

    answers = serializers.ListField(child=AnsweredIn(), max_length=2 * MOST_QUESTIONS)


class AnswerQuiz(_AttemptVerb):
    """Send answers; of several to one question the last that arrives counts."""

    In = AnswersIn
    refusals = refused_by(services.answer_quiz)
    in_example = {
        "answers": [
            {"op_id": OP_ID, "question": QUESTION["id"], "given": ["1"], "made_at": "2026-12-05T08:42:00.000Z"},
        ]
    }
    out_example = ATTEMPT | {"answers": [{"question": QUESTION["id"], "given": ["1"]}]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> QuizAttempt:
        answers = [Answered(**each) for each in data["answers"]]
        return services.answer_quiz(attempt=self.attempt(user, pk), answers=answers, by=user, at=at)


class FinishQuiz(_AttemptVerb):
    """Hand a quiz in; the server marks it."""

    refusals = refused_by(services.finish_quiz)
    out_example = ATTEMPT | {
        "status": "passed",
        "earned": 2,
        "possible": 2,
        "score_bp": 10000,
        "answers": [{"question": QUESTION["id"], "given": ["1"]}],
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> QuizAttempt:
        return services.finish_quiz(attempt=self.attempt(user, pk), by=user, at=at)
