"""What the endpoints of quizzes show. No key of a question is among it."""

from typing import NamedTuple
from uuid import UUID

from rest_framework import serializers

from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.quizzes.models import Question, Quiz, QuizAttempt
from education.quizzes.queries import QuizResult, last_answers, marks_of_attempt, questions_for

PERSON = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"


class LastAnswer(NamedTuple):
    """What counts as answered to a question."""

    question: UUID
    given: list[str]


class ByNumber(CursorPages):
    ordering = "-id"


class QuizQuestionOut(ReadSerializer):
    """A question without its right answer; options are numbered from 1."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    points = serializers.IntegerField()


class QuizOut(ReadSerializer):
    """A quiz of a lesson. `pass_mark_bp` are basis points of all points; `time_limit_s` is null without a limit."""

    id = serializers.UUIDField()
    lesson = serializers.IntegerField(source="lesson_id")
    course = serializers.UUIDField(source="lesson.course_id")
    title = serializers.CharField()
    purpose = serializers.CharField()
    max_attempts = serializers.IntegerField()
    time_limit_s = serializers.IntegerField(allow_null=True)
    pass_mark_bp = serializers.IntegerField()
    is_mandatory = serializers.BooleanField()
    status = serializers.CharField()
    questions = serializers.IntegerField()

    @staticmethod
    def get_questions(quiz: Quiz) -> int:
        """How many."""
        return len(quiz.questions.all())


class QuizAnswerOut(ReadSerializer):
    """The last answer to a question."""

    question = serializers.UUIDField()
    given = serializers.ListField(child=serializers.CharField())


class QuizAttemptOut(ReadSerializer):
    """An attempt with its questions in the order of the learner; marks are null until it is marked."""

    id = serializers.UUIDField()
    quiz = serializers.UUIDField(source="quiz_id")
    enrolment = serializers.UUIDField(source="enrolment_id")
    number = serializers.IntegerField()
    status = serializers.CharField()
    started_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    earned = serializers.IntegerField(allow_null=True)
    possible = serializers.IntegerField(allow_null=True)
    score_bp = serializers.IntegerField(allow_null=True)
    questions = QuizQuestionOut(many=True)
    answers = QuizAnswerOut(many=True)

    @staticmethod
    def get_score_bp(attempt: QuizAttempt) -> int | None:
        marks = marks_of_attempt(attempt)
        return marks.score_bp if marks else None

    @staticmethod
    def get_questions(attempt: QuizAttempt) -> list[Question]:
        return questions_for(attempt)

    @staticmethod
    def get_answers(attempt: QuizAttempt) -> list[LastAnswer]:
        return [LastAnswer(question, given) for question, given in last_answers(attempt).items()]


class QuizResultOut(ReadSerializer):
    """What a learner of a class has made of a quiz; the best attempt counts."""

    enrolment = serializers.UUIDField()
    quiz = serializers.UUIDField(source="quiz.pk")
    title = serializers.CharField(source="quiz.title")
    is_required = serializers.BooleanField()
    is_satisfied = serializers.BooleanField()
    is_waived = serializers.BooleanField()
    attempts_left = serializers.IntegerField(source="left")
    score_bp = serializers.IntegerField(allow_null=True)

    @staticmethod
    def get_is_waived(result: QuizResult) -> bool:
        return result.waiver is not None

    @staticmethod
    def get_score_bp(result: QuizResult) -> int | None:
        return result.best.score_bp if result.best else None


class QuizWaiverOut(ReadSerializer):
    """A learner is excused from a quiz."""

    id = serializers.UUIDField()
    quiz = serializers.UUIDField(source="quiz_id")
    enrolment = serializers.UUIDField(source="enrolment_id")
    reason = serializers.CharField()


ENROLMENT = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c04"
QUIZ = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a4001",
    "lesson": 1,
    "course": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c01",
    "title": "天气词汇",
    "purpose": "graded",
    "max_attempts": 3,
    "time_limit_s": 600,
    "pass_mark_bp": 6000,
    "is_mandatory": True,
    "status": "active",
    "questions": 1,
}
QUESTION = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a4002",
    "kind": "single",
    "text": "“下雨”用英语怎么说？",
    "options": ["rain", "snow", "wind"],
    "points": 2,
}
ATTEMPT = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a4003",
    "quiz": QUIZ["id"],
    "enrolment": ENROLMENT,
    "number": 1,
    "status": "initialized",
    "started_at": "2026-12-05T08:41:00.000Z",
    "ends_at": "2026-12-05T08:51:00.000Z",
    "earned": None,
    "possible": None,
    "score_bp": None,
    "questions": [QUESTION],
    "answers": [],
}
RESULT = {
    "enrolment": ENROLMENT,
    "quiz": QUIZ["id"],
    "title": "天气词汇",
    "is_required": True,
    "is_satisfied": True,
    "is_waived": False,
    "attempts_left": 2,
    "score_bp": 10000,
}
WAIVER = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a4004",
    "quiz": QUIZ["id"],
    "enrolment": ENROLMENT,
    "reason": "住院",
}
