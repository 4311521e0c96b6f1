"""Quizzes over the API: written, offered, closed."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from education.courses.models import Course, Lesson
from education.courses.models.courses import MOST_BASIS_POINTS
from education.quizzes import services
from education.quizzes.api.shared import QUESTION, QUIZ, ByNumber, QuizOut
from education.quizzes.models import (
    LONGEST_LIMIT,
    LONGEST_TEXT,
    MOST_ATTEMPTS,
    MOST_OPTIONS,
    MOST_POINTS,
    READ_QUIZ,
    SHORTEST_LIMIT,
    Question,
    Quiz,
)
from education.quizzes.queries import quizzes
from stations.accounts.models import User
from stations.requests import signed_in

EDIT = "education.edit_quiz"


def _quizzes() -> QuerySet[Quiz]:
    return quizzes().prefetch_related("questions")


class Quizzes(generics.ListAPIView):
    """List quizzes of the county's courses, newest first."""

    requires = READ_QUIZ
    serializer_class = QuizOut
    pagination_class = ByNumber
    out_example = QUIZ

    def get_queryset(self) -> QuerySet[Quiz]:
        reached = Quiz.objects.open_to(signed_in(self.request), READ_QUIZ)
        return _quizzes().filter(pk__in=reached.values("pk"))


class DraftQuizIn(serializers.Serializer):
    """A quiz about a lesson. The limit is in seconds, the pass mark in basis points of all points."""

    lesson = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    title = Line(max_length=80)
    purpose = serializers.ChoiceField(choices=Quiz.Purpose.choices)
    max_attempts = serializers.IntegerField(min_value=1, max_value=MOST_ATTEMPTS, default=3)
    time_limit_s = serializers.IntegerField(
        min_value=SHORTEST_LIMIT, max_value=LONGEST_LIMIT, required=False, allow_null=True, default=None
    )
    pass_mark_bp = serializers.IntegerField(min_value=1, max_value=MOST_BASIS_POINTS, default=6000)
    is_mandatory = serializers.BooleanField(default=False)


class DraftQuiz(VerbView):
    """Write a quiz about a lesson, as a draft."""

    requires = EDIT
    In, Out = DraftQuizIn, QuizOut
    success_status = 201
    refusals = refused_by(services.draft_quiz)
    in_example = {"lesson": 1, "title": "天气词汇", "purpose": "graded", "time_limit_s": 600, "is_mandatory": True}
    out_example = QUIZ | {"status": "draft", "questions": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Quiz:
        courses = Course.objects.open_to(user, self.requires)
        lesson = Lesson.objects.filter(pk=data.pop("lesson"), course__in=courses.values("pk")).first()
        if lesson is None:
            raise ValidationError({"lesson": ["There is no such lesson here."]})
        return services.draft_quiz(lesson=lesson, draft=services.QuizDraft(**data), by=user, at=at)


class _QuizVerb(VerbView):
    one_object = True
    Out = QuizOut

    def quiz(self, user: User, pk: UUID) -> Quiz:
        """The quiz that a post carrying the verb reaches."""
        return load(quizzes(), user, self.requires, pk=pk)


class QuestionIn(serializers.Serializer):
    """A question. `right_answers` holds positions of options (from 1), a number, or each spelling that is right."""

    kind = serializers.ChoiceField(choices=Question.Kind.choices)
    text = Line(max_length=300)
    options = serializers.ListField(child=Line(max_length=LONGEST_TEXT), max_length=MOST_OPTIONS, default=list)
    right_answers = serializers.ListField(child=Line(max_length=LONGEST_TEXT), min_length=1, max_length=MOST_OPTIONS)
    tolerance = serializers.DecimalField(
        max_digits=12, decimal_places=4, min_value=0, required=False, allow_null=True, default=None
    )
    points = serializers.IntegerField(min_value=1, max_value=MOST_POINTS, default=1)


class AddQuestion(_QuizVerb):
    """Add a question to a draft."""

    requires = EDIT
    In = QuestionIn
    refusals = refused_by(services.add_question)
    in_example = {name: QUESTION[name] for name in ("kind", "text", "options", "points")} | {"right_answers": ["1"]}
    out_example = QUIZ | {"status": "draft"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Quiz:
        question = services.QuestionDraft(**data)
        return services.add_question(quiz=self.quiz(user, pk), question=question, by=user, at=at)


class PositionIn(serializers.Serializer):
    """Which question of the draft."""

    position = serializers.IntegerField(min_value=1, max_value=32_000)


class RemoveQuestion(_QuizVerb):
    """Remove a question from a draft."""

    requires = EDIT
    In = PositionIn
    refusals = refused_by(services.remove_question)
    in_example = {"position": 1}
    out_example = QUIZ | {"status": "draft", "questions": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Quiz:
        return services.remove_question(quiz=self.quiz(user, pk), **data, by=user, at=at)


class ActivateQuiz(_QuizVerb):
    """Offer a quiz to learners; its questions do not change any more."""

    requires = "education.activate_quiz"
    refusals = refused_by(services.activate_quiz)
    out_example = QUIZ

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Quiz:
        return services.activate_quiz(quiz=self.quiz(user, pk), by=user, at=at)


class CloseQuiz(_QuizVerb):
    """Close a quiz; attempts that go on are marked as they stand."""

    requires = "education.close_quiz"
    refusals = refused_by(services.close_quiz)
    out_example = QUIZ | {"status": "closed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Quiz:
        return services.close_quiz(quiz=self.quiz(user, pk), by=user, at=at)
