"""What homework shows outside its pages: what waits for the teacher, and what is to be handed in again."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.homework.models import READ_HOMEWORK, READ_UNGRADED, HomeworkSubmission, HomeworkTask
from stations.accounts.models import User

GRADE, SUBMIT = "education.grade_homework", "education.submit_homework"
TASKS, SUBMISSIONS, UNGRADED = "homework:tasks", "homework:submissions", "homework:ungraded"


def _to_grade(*, user: User, at: dt.datetime) -> QuerySet[HomeworkSubmission]:
    return HomeworkSubmission.objects.open_to(user, GRADE).to_grade()


def _to_hand_in_again(*, user: User, at: dt.datetime) -> QuerySet[HomeworkSubmission]:
    rows = HomeworkSubmission.objects.open_to(user, SUBMIT)
    return rows.filter(status=HomeworkSubmission.Status.RETURNED, task__status=HomeworkTask.Status.SET)


def _ungraded(*, user: User, at: dt.datetime) -> QuerySet[HomeworkSubmission]:
    return HomeworkSubmission.objects.open_to(user, READ_UNGRADED).ungraded(at=at)


CONSOLE = Console(
    menu=[
        MenuEntry("learning", _("Homework"), TASKS, READ_HOMEWORK),
        MenuEntry(
            "learning",
            _("Homework handed in"),
            SUBMISSIONS,
            READ_HOMEWORK,
            needs=("homework.grade", "homework.returned"),
        ),
        MenuEntry(*("learning", _("Homework not looked at"), UNGRADED, READ_UNGRADED), needs=("homework.ungraded",)),
    ],
    needs=[
        Need(
            *("homework.grade", _("Homework to look at"), "edit", GRADE, SUBMISSIONS, _to_grade, "submitted_at"),
            place="task__station__name",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("homework.returned", _("Homework to hand in again"), "edit", SUBMIT, SUBMISSIONS),
            *(_to_hand_in_again, "decided_at"),
            place="task__station__name",
            query="state=returned",
            wait_days=3,
            bad_days=14,
        ),
        Need(
            *("homework.ungraded", _("Homework not looked at for two weeks"), "edit", READ_UNGRADED, UNGRADED),
            *(_ungraded, "submitted_at"),
            place="task__station__name",
            wait_days=14,
            bad_days=21,
            acts=("education.cancel_class",),
        ),
    ],
)
