"""The lists of homework: what was set, and what waits for the teacher."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from education.homework.display import status_of_submission, status_of_task, submission_words, task_words
from education.homework.models import READ_HOMEWORK, READ_UNGRADED, HomeworkSubmission, HomeworkTask
from education.homework.queries import (
    WaitingHomework,
    lesson_words,
    submissions,
    tasks,
    tasks_waiting_for_grades,
    waiting_of,
)
from stations.lists import StationList
from stations.people.masking import mask_name
from stations.requests import signed_in

SET = "education.set_homework"
STATE = gettext_lazy("State")
#: Whoever is excused has handed in nothing: without a state the list has another order.
OLDEST_FIRST = ("submitted_at", "pk")


class Tasks(StationList):
    """The homework of the reader's station, or of the teacher who reads."""

    name, grant = "homework:tasks", READ_HOMEWORK
    template = "education/homework/tasks.html"
    title = gettext_lazy("Homework")
    headings = {
        "name": gettext_lazy("Homework"),
        "what": gettext_lazy("Lesson"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Due"),
        "state": STATE,
    }
    order = ("-due_at", "-pk")
    state = "set"
    states = (
        State("set", pgettext_lazy("homework", "set"), Q(status="set")),
        State("withdrawn", pgettext_lazy("homework", "withdrawn"), Q(status="withdrawn")),
    )
    empty = Empty(gettext_lazy("No homework here."), icon="edit")

    def rows(self, request: HttpRequest) -> QuerySet[HomeworkTask]:
        """Those within reach."""
        reached = HomeworkTask.objects.open_to(signed_in(request), self.grant)
        return tasks().filter(pk__in=reached.values("pk"))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader sets homework."""
        return {"may_set": may(request.user, SET)}

    def known(self, rows: Sequence[HomeworkTask], request: HttpRequest) -> dict[UUID, int]:
        """How many have handed in each."""
        handed_in = HomeworkSubmission.objects.filter(task__in=[row.pk for row in rows])
        counted = handed_in.order_by().values("task").annotate(count=Count("pk"))
        return {each["task"]: each["count"] for each in counted}

    def row(self, row: HomeworkTask, known: dict[UUID, int]) -> Row:
        """After which lesson, and how many have handed it in."""
        about = {"lesson": lesson_words(row), "count": known.get(row.pk, 0)}
        return Row(
            name=row.title,
            href=reverse("homework:task", args=[row.pk]),
            what=_("%(lesson)s · %(count)s handed in") % about,
            where=row.station.name,
            at=row.due_at,
            status=status_of_task(row, at=now()),
            words=task_words(row, at=now()),
        )


class Submissions(StationList):
    """What was handed in, by the time; names are masked until one is opened."""

    name, grant = "homework:submissions", READ_HOMEWORK
    title = gettext_lazy("Homework handed in")
    place = "task__station"
    headings = {
        "name": gettext_lazy("Learner"),
        "what": gettext_lazy("Homework"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Handed in"),
        "state": STATE,
    }
    states = (
        State("waiting", gettext_lazy("to look at"), Q(status__in=HomeworkSubmission.WAITING), order=OLDEST_FIRST),
        State("returned", pgettext_lazy("homework", "returned"), Q(status="returned"), order=OLDEST_FIRST),
        State("graded", pgettext_lazy("homework", "graded"), Q(status="graded"), order=("-decided_at", "-pk")),
    )
    state = "waiting"
    empty = Empty(gettext_lazy("Nothing was handed in."), icon="edit")

    def rows(self, request: HttpRequest) -> QuerySet[HomeworkSubmission]:
        """Those within reach."""
        reached = HomeworkSubmission.objects.open_to(signed_in(request), self.grant)
        return submissions().filter(pk__in=reached.values("pk"))

    def row(self, row: HomeworkSubmission, known: None) -> Row:
        """Whose homework, and where it stands."""
        return Row(
            name=mask_name(row.learner.full_name),
            href=reverse("homework:submission", args=[row.pk]),
            what=row.task.title,
            where=row.task.station.name,
            at=row.submitted_at,
            status=status_of_submission(row),
            words=submission_words(row),
        )


class Ungraded(StationList):
    """For the county: homework of which something has waited for its teacher for two weeks; no learner is named."""

    name, grant = "homework:ungraded", READ_UNGRADED
    title = gettext_lazy("Homework not looked at")
    headings = {
        "name": gettext_lazy("Homework"),
        "what": gettext_lazy("Lesson"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Waits since"),
        "state": gettext_lazy("Teacher"),
    }
    order = ("oldest_at", "pk")
    empty = Empty(gettext_lazy("No homework has waited for its teacher for two weeks."), icon="edit")

    def rows(self, request: HttpRequest) -> QuerySet[HomeworkTask]:
        """Those within reach."""
        reached = HomeworkTask.objects.open_to(signed_in(request), self.grant)
        return tasks_waiting_for_grades(reached, at=now())

    def known(self, rows: Sequence[HomeworkTask], request: HttpRequest) -> dict[UUID, WaitingHomework]:
        """How many wait of each, and since when."""
        return waiting_of(rows, at=now())

    def row(self, row: HomeworkTask, known: dict[UUID, WaitingHomework]) -> Row:
        """After which lesson, how many wait, and for whom."""
        waiting = known[row.pk]
        about = {"lesson": lesson_words(row), "count": waiting.learners}
        return Row(
            name=row.title,
            what=_("%(lesson)s · %(count)s wait") % about,
            where=row.station.name,
            at=waiting.since,
            status="bad",
            words=mask_name(row.teacher.full_name),
        )


TASKS, SUBMISSIONS, UNGRADED = Tasks(), Submissions(), Ungraded()
