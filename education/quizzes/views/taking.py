"""A learner's quizzes, and one that is taken on the screen of the station."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import Option
from core.web.page_actions import PageAction, page_of
from education.courses.models import Enrolment
from education.quizzes import services
from education.quizzes.display import (
    answer_words,
    points_words,
    result_words,
    status_of_attempt,
    status_of_result,
)
from education.quizzes.forms import AnswersForm, StartQuizForm, WaiveForm, answers_of
from education.quizzes.machine import ATTEMPT
from education.quizzes.marks import is_right
from education.quizzes.models import READ_RESULT, Quiz, QuizAttempt, QuizWaiver
from education.quizzes.queries import (
    QuizResult,
    attempts,
    last_answers,
    marks_of_attempt,
    questions_for,
    results_of,
)
from education.safeguarding.display import name_for
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.refused_reads import ResidentPage
from stations.people.services import log_read
from stations.requests import SignedInRequest

TAKE, WAIVE = "education.take_quiz", "education.waive_quiz"


def _learners() -> QuerySet[Enrolment]:
    return Enrolment.objects.seated().select_related(
        "run__course", "run__station__county", "run__teacher", "learner__home_station__county"
    )


def _results_context(request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    log_read(user=request.user, person=found.learner, what="quiz_results", at=now())
    return {
        "enrolment": found,
        "name": name_for(request.user, found.learner),
        "results": [(each, status_of_result(each), result_words(each)) for each in results_of(found)],
    }


def _start(*, enrolment: Enrolment, quiz: str, by: User, at: dt.datetime) -> QuizAttempt:
    return services.start_quiz(quiz=get_object_or_404(Quiz, pk=quiz), enrolment=enrolment, by=by, at=at)


def _waive(*, enrolment: Enrolment, quiz: str, reason: str, by: User, at: dt.datetime) -> QuizWaiver:
    found = get_object_or_404(Quiz, pk=quiz)
    return services.waive_quiz(enrolment=enrolment, quiz=found, reason=reason, by=by, at=at)


def _choice(result: QuizResult) -> tuple[str, Option]:
    left = ngettext("%(count)s attempt left", "%(count)s attempts left", result.left) % {"count": result.left}
    words = _("goes on now") if result.going_on else left
    return str(result.quiz.pk), Option(result.quiz.title, result.quiz.lesson.title, words)


def _to_start(request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    return _choices(request, found, _takable(found))


def _to_waive(request: SignedInRequest, found: Enrolment) -> dict[str, Any]:
    return _choices(request, found, _waivable(found))


def _choices(request: SignedInRequest, found: Enrolment, open_ones: list[QuizResult]) -> dict[str, Any]:
    """Those that can be chosen; what is sent may name any, since the same press may have come before."""
    offered = results_of(found) if request.method == "POST" else open_ones
    return {"quizzes": [_choice(each) for each in offered]}


def _takable(found: Enrolment) -> list[QuizResult]:
    return [each for each in results_of(found) if each.can_be_taken]


def _waivable(found: Enrolment) -> list[QuizResult]:
    return [each for each in results_of(found) if not each.is_satisfied]


def _learns(found: Enrolment) -> bool:
    return found.status == Enrolment.Status.ENROLLED


RESULTS_PAGE = ResidentPage(
    resident="learner",
    name="quizzes:results",
    template="education/quizzes/results.html",
    grant=READ_RESULT,
    noun="enrolment",
    rows=_learners,
    context=_results_context,
    actions={
        "start": PageAction(
            grant=TAKE,
            service=_start,
            form=StartQuizForm,
            form_kwargs=_to_start,
            is_open=lambda found, _user: _learns(found) and bool(_takable(found)),
            then=page_of("quizzes:attempt"),
            title=_("Take a quiz"),
            button=_("Begin the quiz"),
            doing=_("Recording…"),
            done=_("The quiz has begun. Give the screen to the learner."),
        ),
        "waive": PageAction(
            grant=WAIVE,
            service=_waive,
            form=WaiveForm,
            form_kwargs=_to_waive,
            is_open=lambda found, _user: _learns(found) and bool(_waivable(found)),
            title=_("Excuse from a quiz"),
            button=_("Excuse the learner"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _attempt_context(request: SignedInRequest, found: QuizAttempt) -> dict[str, Any]:
    log_read(user=request.user, person=found.enrolment.learner, what="quiz_results", at=now())
    marks, answers = marks_of_attempt(found), last_answers(found)
    return {
        "attempt": found,
        "kind": status_of_attempt(found),
        "name": name_for(request.user, found.enrolment.learner),
        "points": points_words(marks) if marks else "",
        "marked": [
            (each, answer_words(each, answers.get(each.pk, [])), is_right(each, answers.get(each.pk, [])))
            for each in questions_for(found)
        ]
        if marks
        else [],
        "history": history_of(found),
    }


def _questions(_request: SignedInRequest, found: QuizAttempt) -> dict[str, Any]:
    return {"questions": questions_for(found), "answers": last_answers(found)}


def _hand_in(
    *, attempt: QuizAttempt, answered: dict[UUID, list[str]], key: str, by: User, at: dt.datetime
) -> QuizAttempt:
    """All answers of the page, and the marks."""
    answers = answers_of(answered, key=key, at=at)
    services.answer_quiz(attempt=attempt, answers=answers, by=by, at=at)
    return services.finish_quiz(attempt=attempt, by=by, at=at)


ATTEMPT_PAGE = ResidentPage(
    resident="enrolment__learner",
    name="quizzes:attempt",
    template="education/quizzes/attempt.html",
    grant=READ_RESULT,
    noun="attempt",
    rows=attempts,
    context=_attempt_context,
    machine=ATTEMPT,
    actions={
        "finish": PageAction(
            grant=TAKE,
            service=_hand_in,
            form=AnswersForm,
            form_kwargs=_questions,
            arrow="finish_quiz",
            title=_("Questions"),
            button=_("Hand in the answers"),
            doing=_("Recording…"),
            done=_("The answers are handed in."),
        ),
    },
)
