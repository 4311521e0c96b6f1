"""The lists of quizzes: those of the county, and the learners of classes with what they have taken."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from education.courses.display import status_of_enrolment
from education.courses.models import Enrolment
from education.quizzes.display import status_of_quiz
from education.quizzes.models import READ_QUIZ, READ_RESULT, Quiz, QuizAttempt
from stations.lists import StationList
from stations.people.masking import mask_name
from stations.requests import signed_in

EDIT = "education.edit_quiz"
STATE = gettext_lazy("State")


class Quizzes(ListPage):
    """The quizzes of the county's courses."""

    name, grant = "quizzes:quizzes", READ_QUIZ
    template = "education/quizzes/quizzes.html"
    title = gettext_lazy("Quizzes")
    headings = {
        "name": gettext_lazy("Quiz"),
        "what": gettext_lazy("Lesson and purpose"),
        "state": STATE,
    }
    order = ("-pk",)
    search = gettext_lazy("Title of the quiz or of the course")
    states = (
        State("active", gettext_lazy("can be taken"), Q(status="active")),
        State("draft", gettext_lazy("drafts"), Q(status="draft")),
        State("closed", pgettext_lazy("quiz", "closed"), Q(status="closed")),
    )
    state = "active"
    empty = Empty(
        gettext_lazy("No quizzes here."), gettext_lazy("Teachers write them from the page of a course."), "check"
    )

    def rows(self, request: HttpRequest) -> QuerySet[Quiz]:
        """Those of the reader's county."""
        return Quiz.objects.open_to(signed_in(request), self.grant).select_related("lesson__course")

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader writes quizzes."""
        return {"may_write": may(request.user, EDIT)}

    def found(self, words: str) -> Q:
        """By a title."""
        return Q(title__icontains=words) | Q(lesson__course__title__icontains=words)

    def row(self, row: Quiz, known: None) -> Row:
        """About which lesson, and what for."""
        about = {"lesson": row.lesson.title, "purpose": row.get_purpose_display()}
        return Row(
            name=row.title,
            href=reverse("quizzes:quiz", args=[row.pk]),
            what=_("%(lesson)s · %(purpose)s") % about,
            status=status_of_quiz(row),
            words=row.get_status_display(),
        )


class Learners(StationList):
    """Those who learn in classes whose course has a quiz; their names are masked until one is opened."""

    name, grant = "quizzes:learners", READ_RESULT
    title = gettext_lazy("Quizzes of learners")
    place = "run__station"
    headings = {
        "name": gettext_lazy("Learner"),
        "what": gettext_lazy("School class"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("First lesson"),
        "state": STATE,
    }
    order = ("-run__starts_date", "run", "pk")
    states = (
        State("learning", gettext_lazy("learning now"), Q(status="enrolled")),
        State("taking", gettext_lazy("taking one now"), Q(pk__in=QuizAttempt.objects.open().values("enrolment"))),
        State("over", gettext_lazy("over"), Q(status__in=["completed", "expired"])),
    )
    state = "learning"
    empty = Empty(gettext_lazy("No learner has a quiz to take."), icon="check")

    def rows(self, request: HttpRequest) -> QuerySet[Enrolment]:
        """Those of the reader's station, or of the own classes of a teacher."""
        offered = Quiz.objects.exclude(status=Quiz.Status.DRAFT).values("lesson__course")
        rows = Enrolment.objects.open_to(signed_in(request), self.grant).seated()
        return rows.filter(run__course__in=offered).select_related("run__course", "run__station", "learner")

    def known(self, rows: Sequence[Enrolment], request: HttpRequest) -> dict[UUID, int]:
        """How many quizzes each has passed."""
        passed = QuizAttempt.objects.filter(enrolment__in=[row.pk for row in rows], status=QuizAttempt.Status.PASSED)
        counted = passed.order_by().values("enrolment").annotate(quizzes=Count("quiz", distinct=True))
        return {each["enrolment"]: each["quizzes"] for each in counted}

    def row(self, row: Enrolment, known: dict[UUID, int]) -> Row:
        """Who learns where, and how many quizzes were passed."""
        passed = known.get(row.pk, 0)
        about = {"course": row.run.course.title, "count": passed}
        return Row(
            name=mask_name(row.learner.full_name),
            href=reverse("quizzes:results", args=[row.pk]),
            what=_("%(course)s · %(count)s passed") % about,
            where=row.run.station.name,
            at=row.run.starts_date,
            status=status_of_enrolment(row),
            words=row.get_status_display(),
        )


QUIZZES, LEARNERS = Quizzes(), Learners()
