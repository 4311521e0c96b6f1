"""A quiz comes about: a teacher writes its questions and offers it; from then on nothing of them changes."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from education.courses.models import Course, Lesson
from education.courses.services import CourseMayChange
from education.quizzes.machine import QUIZ
from education.quizzes.marks import number_in
from education.quizzes.models import MOST_OPTIONS, Question, Quiz
from education.quizzes.queries import learners_who_need
from education.quizzes.services.marking import mark_attempts
from stations.accounts.models import User

MOST_QUESTIONS = 50
LARGEST_SEED = 2**31 - 1


class NotToBeMandatory(Refused):
    """The certificate asks for what is graded."""

    code = "quiz_not_to_be_mandatory"
    status = 422
    message = _("Only a graded quiz, or one after a training, can be needed for the certificate.")


class QuestionInvalid(Refused):
    """The right answer is not among the possible ones."""

    code = "question_invalid"
    status = 422
    message = _("Check the answers: 2 to 10 options of which one or several are right, a number, or a word.")


class QuizFull(Refused):
    """No quiz is endless."""

    code = "quiz_full"
    message = _("A quiz has at most 50 questions.")


class QuizWithoutQuestions(Refused):
    """Nothing is asked."""

    code = "quiz_without_questions"
    status = 422
    message = _("Add at least one question.")


class QuizNeeded(Refused):
    """Whoever has not passed could never complete the class."""

    code = "quiz_needed"
    message = _(
        "Learners of classes that have begun need this quiz for their certificate. "
        "Close it once they have passed or are excused."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizDraft:
    """What a teacher says of a quiz. The limit is in seconds, the pass mark in basis points of all points."""

    title: str
    purpose: str
    max_attempts: int = 3
    time_limit_s: int | None = None
    pass_mark_bp: int = 6_000
    is_mandatory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """A question. `right_answers` holds positions of options (from 1), a number, or each spelling that is right."""

    kind: str
    text: str
    right_answers: Sequence[str]
    options: Sequence[str] = ()
    tolerance: Decimal | None = None
    points: int = 1


@refuses(CourseMayChange, NotToBeMandatory)
@transaction.atomic
def draft_quiz(*, lesson: Lesson, draft: QuizDraft, by: User, at: dt.datetime) -> Quiz:
    """A quiz about a lesson. Raises `CourseMayChange` for a course that nobody has approved, and `NotToBeMandatory`."""
    course = lock(lesson.course)
    if course.status not in Course.SETTLED:
        raise CourseMayChange
    if draft.is_mandatory and draft.purpose not in Quiz.MANDATORY:
        raise NotToBeMandatory(field="is_mandatory")
    quiz = Quiz.objects.create(
        lesson=lesson,
        title=draft.title,
        purpose=draft.purpose,
        seed=secrets.randbelow(LARGEST_SEED),
        max_attempts=draft.max_attempts,
        time_limit_s=draft.time_limit_s,
        pass_mark_bp=draft.pass_mark_bp,
        is_mandatory=draft.is_mandatory,
        author=by,
    )
    record_change(quiz, old="", new=quiz.status, at=at, actor=by.pk)
    return quiz


@refuses(WrongState, QuestionInvalid, QuizFull)
@transaction.atomic
def add_question(*, quiz: Quiz, question: QuestionDraft, by: User, at: dt.datetime) -> Quiz:
    """One more question, as the last. Raises `QuestionInvalid` and `QuizFull`."""
    quiz = lock(quiz)
    QUIZ.check("edit_quiz", quiz.status)
    if not _is_valid(question):
        raise QuestionInvalid(field="right_answers")
    last = quiz.questions.order_by("-position").values_list("position", flat=True).first() or 0
    if quiz.questions.count() >= MOST_QUESTIONS:
        raise QuizFull
    Question.objects.create(
        quiz=quiz,
        position=last + 1,
        kind=question.kind,
        text=question.text,
        options=list(question.options),
        key=sorted(question.right_answers),
        tolerance=question.tolerance,
        points=question.points,
    )
    record_change(quiz, old=quiz.status, new=quiz.status, at=at, actor=by.pk)
    return quiz


@refuses(WrongState)
@transaction.atomic
def remove_question(*, quiz: Quiz, position: int, by: User, at: dt.datetime) -> Quiz:
    """The draft loses the question at this position; one that is gone already stays so."""
    quiz = lock(quiz)
    QUIZ.check("edit_quiz", quiz.status)
    removed, _each = quiz.questions.filter(position=position).delete()
    if removed:
        record_change(quiz, old=quiz.status, new=quiz.status, at=at, actor=by.pk)
    return quiz


@refuses(WrongState, QuizWithoutQuestions)
@transaction.atomic
def activate_quiz(*, quiz: Quiz, by: User, at: dt.datetime) -> Quiz:
    """Learners can take it. A mandatory one is needed in classes whose first lesson is still to come."""
    quiz = lock(quiz)
    QUIZ.check("activate_quiz", quiz.status)
    if not quiz.questions.exists():
        raise QuizWithoutQuestions
    quiz.activated_at = at
    return _move(quiz, Quiz.Status.ACTIVE, by=by, at=at)


@refuses(WrongState, QuizNeeded)
@transaction.atomic
def close_quiz(*, quiz: Quiz, by: User, at: dt.datetime) -> Quiz:
    """Nobody takes it any more; attempts that go on are marked as they stand. Raises `QuizNeeded`."""
    quiz = lock(quiz)
    QUIZ.check("close_quiz", quiz.status)
    if learners_who_need(quiz, at=at).exists():
        raise QuizNeeded
    mark_attempts(quiz.attempts.open(), at=at, by=by)
    quiz.closed_at = at
    return _move(quiz, Quiz.Status.CLOSED, by=by, at=at)


def _is_valid(question: QuestionDraft) -> bool:
    key, options = list(question.right_answers), list(question.options)
    if not key or len(set(key)) != len(key) or any(not each.strip() for each in (*key, *options)):
        return False
    if question.tolerance is not None and (question.kind != Question.Kind.NUMERIC or question.tolerance < 0):
        return False
    if question.kind in Question.CHOICES:
        positions = {str(number) for number in range(1, len(options) + 1)}
        is_single = question.kind == Question.Kind.SINGLE
        return 2 <= len(options) <= MOST_OPTIONS and set(key) <= positions and (len(key) == 1 or not is_single)
    if options:
        return False
    return question.kind == Question.Kind.TEXT or (len(key) == 1 and number_in(key[0]) is not None)


def _move(quiz: Quiz, status: str, *, by: User, at: dt.datetime) -> Quiz:
    before, quiz.status = quiz.status, status
    quiz.save()
    record_change(quiz, old=before, new=status, at=at, actor=by.pk)
    return quiz
