"""A learner takes a quiz at the station: begun, answered, finished. What nobody finishes, the clock ends."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change, record_changes
from education.courses.models import Enrolment
from education.quizzes.machine import ATTEMPT
from education.quizzes.models import LONGEST_TEXT, MOST_OPTIONS, Question, Quiz, QuizAnswer, QuizAttempt
from education.quizzes.services.marking import mark_attempts
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.services import require_consent
from stations.accounts.models import User

#: An answer that was on its way when the time ended still counts; an attempt without a limit ends after a day.
ON_ITS_WAY, LONGEST_ATTEMPT = dt.timedelta(seconds=30), dt.timedelta(hours=24)


class QuizClosed(Refused):
    """It is not offered, or not any more."""

    code = "quiz_closed"
    message = _("This quiz cannot be taken now.")


class AttemptsUsed(Refused):
    """Every attempt was used."""

    code = "attempts_used"
    message = _("All %(attempts)s attempts are used.")


class NotLearning(Refused):
    """Only those who learn in a class of the course take its quizzes."""

    code = "not_learning"
    message = _("This person does not learn in a class of this course.")


class QuizTimeOver(Refused):
    """The time is over; what was answered before counts."""

    code = "quiz_time_over"
    message = _("The time is over. What was sent before is marked.")


class QuestionUnknown(Refused):
    """The question is of another quiz, or the answer is none."""

    code = "question_unknown"
    status = 422
    message = _("An answer does not belong to a question of this quiz.")


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as a device or the page sent it: positions of options (from 1), or one text."""

    op_id: UUID
    question: UUID
    given: Sequence[str]
    made_at: dt.datetime


@refuses(QuizClosed, NotLearning, AttemptsUsed, *refused_by(require_consent))
@transaction.atomic
def start_quiz(*, quiz: Quiz, enrolment: Enrolment, by: User, at: dt.datetime) -> QuizAttempt:
    """The next attempt of a learner; one that goes on is taken up again.

    Of a minor a guardian's consent holds today. Raises `QuizClosed`, `NotLearning`, `AttemptsUsed`.
    """
    quiz = lock(quiz)
    if quiz.status != Quiz.Status.ACTIVE:
        raise QuizClosed
    enrolment = lock(enrolment)
    run = enrolment.run
    if enrolment.status != Enrolment.Status.ENROLLED or run.course_id != quiz.lesson.course_id:
        raise NotLearning
    _require_agreed(enrolment, at)
    before = list(QuizAttempt.objects.filter(quiz=quiz, enrolment=enrolment).order_by("number"))
    if before and before[-1].status == QuizAttempt.Status.INITIALIZED:
        return before[-1]
    if len(before) >= quiz.max_attempts:
        raise AttemptsUsed(attempts=quiz.max_attempts)
    limit = quiz.time_limit_s
    made = QuizAttempt.objects.create(
        quiz=quiz,
        enrolment=enrolment,
        number=len(before) + 1,
        started_by=by,
        started_at=at,
        ends_at=at + dt.timedelta(seconds=limit) if limit else None,
    )
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


@refuses(WrongState, QuizTimeOver, QuestionUnknown, NotLearning, *refused_by(require_consent))
@transaction.atomic
def answer_quiz(*, attempt: QuizAttempt, answers: Sequence[Answered], by: User, at: dt.datetime) -> QuizAttempt:
    """Store answers, each once however often it is sent; the same few statements for any number.

    Nothing more is kept of a learner who has left the class, as children do whose guardian has withdrawn the consent,
    nor of a minor whose consent has run out. Raises `WrongState` once it is marked, `QuizTimeOver` after the limit,
    `QuestionUnknown`, `NotLearning`.
    """
    attempt = lock(attempt)
    ATTEMPT.check("answer_quiz", attempt.status)
    if attempt.enrolment.status == Enrolment.Status.WITHDRAWN:
        raise NotLearning
    _require_agreed(attempt.enrolment, at)
    if attempt.ends_at is not None and at > attempt.ends_at + ON_ITS_WAY:
        raise QuizTimeOver
    questions = Question.objects.filter(quiz=attempt.quiz_id).in_bulk()
    if any(not _fits(each, questions.get(each.question)) for each in answers):
        raise QuestionUnknown(field="answers")
    QuizAnswer.objects.bulk_create(
        [
            QuizAnswer(
                op_id=each.op_id,
                attempt=attempt,
                question_id=each.question,
                value=list(each.given),
                recorded_by=by,
                made_at=each.made_at,
                received_at=at,
            )
            for each in answers
        ],
        ignore_conflicts=True,
    )
    return attempt


@refuses(WrongState)
@transaction.atomic
def finish_quiz(*, attempt: QuizAttempt, by: User, at: dt.datetime) -> QuizAttempt:
    """The learner hands it in; the server marks it."""
    attempt = lock(attempt)
    ATTEMPT.check("finish_quiz", attempt.status)
    [marked] = mark_attempts(QuizAttempt.objects.filter(pk=attempt.pk), at=at, by=by)
    return marked


@refuses()
@transaction.atomic
def end_attempts(*, at: dt.datetime) -> int:
    """Attempts whose time is over are marked as they stand; those without a limit are given up after a day; how many.

    Either way they count as attempts.
    """
    going = QuizAttempt.objects.open()
    over = mark_attempts(going.filter(ends_at__lt=at - ON_ITS_WAY), at=at)
    left = lock_all(going.filter(Q(ends_at=None), started_at__lte=at - LONGEST_ATTEMPT))
    QuizAttempt.objects.filter(pk__in=[each.pk for each in left]).update(
        status=QuizAttempt.Status.ABANDONED, finished_at=at
    )
    record_changes(left, old=QuizAttempt.Status.INITIALIZED, new=QuizAttempt.Status.ABANDONED, at=at)
    return len(over) + len(left)


def _require_agreed(enrolment: Enrolment, at: dt.datetime) -> None:
    today = day_in(enrolment.run.station.zone, at)
    require_consent(child=enrolment.learner, purpose=EDUCATION_RECORD, on_date=today)


def _fits(answer: Answered, question: Question | None) -> bool:
    """Whether this can be an answer to the question: options that it has, or one text."""
    if question is None or len(answer.given) > MOST_OPTIONS or any(len(each) > LONGEST_TEXT for each in answer.given):
        return False
    if question.kind in Question.CHOICES:
        return set(answer.given) <= {str(number) for number in range(1, len(question.options) + 1)}
    return len(answer.given) <= 1
