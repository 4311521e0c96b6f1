"""What quizzes show outside their pages: drafts to offer, attempts that go on."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.quizzes.models import READ_QUIZ, READ_RESULT, Quiz, QuizAttempt
from stations.accounts.models import User
from stations.accounts.queries import own_logins

EDIT, TAKE = "education.edit_quiz", "education.take_quiz"
QUIZZES, LEARNERS = "quizzes:quizzes", "quizzes:learners"


def _to_offer(*, user: User, at: dt.datetime) -> QuerySet[Quiz]:
    """Own drafts."""
    return Quiz.objects.open_to(user, EDIT).filter(status=Quiz.Status.DRAFT, author__in=own_logins(user))


def _to_close(*, user: User, at: dt.datetime) -> QuerySet[Quiz]:
    """Own quizzes of courses that are no longer offered and that nobody learns in any more."""
    offered = Quiz.objects.open_to(user, EDIT).filter(status=Quiz.Status.ACTIVE, author__in=own_logins(user))
    return offered.filter(lesson__course__status="retired").exclude(
        lesson__course__runs__status__in=["open", "running"]
    )


def _going_on(*, user: User, at: dt.datetime) -> QuerySet[QuizAttempt]:
    return QuizAttempt.objects.open_to(user, TAKE).open()


CONSOLE = Console(
    menu=[
        MenuEntry("learning", _("Quizzes"), QUIZZES, READ_QUIZ, needs=("quizzes.drafts", "quizzes.close")),
        MenuEntry("learning", _("Quizzes of learners"), LEARNERS, READ_RESULT, needs=("quizzes.going_on",)),
    ],
    needs=[
        Need(
            *("quizzes.drafts", _("Quizzes of yours to offer"), "edit", EDIT, QUIZZES, _to_offer, "created_at"),
            query="state=draft",
            wait_days=14,
            bad_days=60,
        ),
        Need(
            *("quizzes.close", _("Quizzes of yours to close"), "check", EDIT, QUIZZES, _to_close, "activated_at"),
            query="state=active",
            wait_days=30,
            bad_days=90,
        ),
        Need(
            *("quizzes.going_on", _("Quizzes that go on"), "clock", TAKE, LEARNERS, _going_on, "started_at"),
            place="enrolment__run__station__name",
            query="state=taking",
        ),
    ],
)
