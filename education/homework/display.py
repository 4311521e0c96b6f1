"""How homework reads on pages."""

import datetime as dt

from django.utils.translation import gettext as _

from education.homework.models import HomeworkSubmission, HomeworkTask
from education.homework.queries import HomeworkLine


def status_of_task(task: HomeworkTask, *, at: dt.datetime) -> str:
    """The colour of a task."""
    if task.status == HomeworkTask.Status.WITHDRAWN:
        return "info"
    return "ok" if at <= task.due_at else "wait"


def task_words(task: HomeworkTask, *, at: dt.datetime) -> str:
    """Whether it can still be done in time."""
    if task.status == HomeworkTask.Status.WITHDRAWN:
        return task.get_status_display()
    return _("being done") if at <= task.due_at else _("due time is over")


def status_of_submission(submission: HomeworkSubmission) -> str:
    """The colour of homework that was handed in."""
    if submission.status == HomeworkSubmission.Status.GRADED:
        return "bad" if submission.grade == HomeworkSubmission.Grade.FAIL else "ok"
    return "bad" if submission.status == HomeworkSubmission.Status.RETURNED else "wait"


def submission_words(submission: HomeworkSubmission) -> str:
    """The grade, or where it stands."""
    if submission.status == HomeworkSubmission.Status.GRADED:
        return submission.get_grade_display()
    return submission.get_status_display()


def status_of_line(line: HomeworkLine) -> str:
    """The colour of a learner who has a task."""
    return status_of_submission(line.submission) if line.submission else "wait"


def line_words(line: HomeworkLine) -> str:
    """What a learner has made of a task."""
    return submission_words(line.submission) if line.submission else _("not handed in yet")
