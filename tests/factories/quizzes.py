"""Quizzes of courses for tests, made by the services that make them in the field."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.timezone import now

from education.courses.models import Course
from education.quizzes.models import Question, Quiz, QuizAttempt
from education.quizzes.services import (
    Answered,
    QuestionDraft,
    QuizDraft,
    activate_quiz,
    add_question,
    answer_quiz,
    draft_quiz,
)
from stations.accounts.models import User
from tests.factories.stations import PostFactory, partner_of

RAIN = QuestionDraft(kind="single", text="下雨？", options=("rain", "snow"), right_answers=("1",))
WEATHER = QuestionDraft(kind="multiple", text="天气？", options=("rain", "apple", "wind"), right_answers=("1", "3"))
LEGS = QuestionDraft(kind="numeric", text="几条腿？", right_answers=("8",))
CAT = QuestionDraft(kind="text", text="猫？", right_answers=("a cat",))


def quiz_of(
    course: Course, questions: Sequence[QuestionDraft] = (RAIN, LEGS, CAT), *, offered: bool = True, **values: Any
) -> Quiz:
    """A quiz about the first lesson of a course, offered unless it is to stay a draft."""
    teacher, at = PostFactory(role="teacher", division=course.county).user, values.pop("at", None) or now()
    draft = QuizDraft(**{"title": "天气词汇", "purpose": "graded", **values})
    quiz = draft_quiz(lesson=course.lessons.all()[0], draft=draft, by=teacher, at=at)
    for question in questions:
        quiz = add_question(quiz=quiz, question=question, by=teacher, at=at)
    return activate_quiz(quiz=quiz, by=teacher, at=at) if offered else quiz


def answered(attempt: QuizAttempt, *values: Sequence[str], at: Any = None, by: User | None = None) -> QuizAttempt:
    """Answers to the questions in the order in which they were written; None leaves one out."""
    at = at or now()
    questions: list[Question] = list(attempt.quiz.questions.all())
    answers = [
        Answered(uuid.uuid4(), question.pk, value, at)
        for question, value in zip(questions, values, strict=False)
        if value is not None
    ]
    by = by or partner_of(attempt.enrolment.run.station)
    return answer_quiz(attempt=attempt, answers=answers, by=by, at=at)
