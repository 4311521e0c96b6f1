"""The teacher looks at homework: returns it with a comment, grades it, or excuses a learner from it."""

import datetime as dt

from django.db import transaction

from core.database.db import lock
from core.errors import SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words, no_identity_numbers
from education.courses.services.steps import tell_family
from education.homework.machine import SUBMISSION, TASK
from education.homework.models import HomeworkSubmission, HomeworkTask
from education.homework.services.handing_in import NotTheirHomework, learner_of, submission_of
from stations.accounts.models import User
from stations.people.models import Person
from stations.two_persons import require_two_persons

_S, _G = HomeworkSubmission.Status, HomeworkSubmission.Grade


@refuses(WrongState, SamePerson)
@needs_words("comment")
@transaction.atomic
def return_homework(*, submission: HomeworkSubmission, comment: str, by: User, at: dt.datetime) -> HomeworkSubmission:
    """It is to be done again, with what is missing; the family is told.

    Raises `SamePerson` for one's own, `WrongState` where the homework was withdrawn: nobody can hand it in again.
    """
    task = lock(submission.task)
    TASK.check("hand_in_homework", task.status)
    submission = lock(submission)
    SUBMISSION.check("return_homework", submission.status)
    require_two_persons(by, submission.learner_id)
    submission.comment = comment
    _move(submission, _S.RETURNED, by=by, at=at)
    key = f"edu:homework:{submission.pk}:{submission.decided_at:%Y%m%d%H%M%S}"
    learner = submission.learner
    tell_family(learner, "homework_returned", station=task.station, key=key, at=at, title=task.title)
    return submission


@refuses(WrongState, SamePerson)
@no_identity_numbers("comment")
@transaction.atomic
def grade_homework(
    *, submission: HomeworkSubmission, grade: str, by: User, at: dt.datetime, comment: str = ""
) -> HomeworkSubmission:
    """The grade stands. Raises `SamePerson` for somebody's own homework."""
    submission = lock(submission)
    SUBMISSION.check("grade_homework", submission.status)
    require_two_persons(by, submission.learner_id)
    submission.grade, submission.comment = grade, comment
    return _move(submission, _S.GRADED, by=by, at=at)


@refuses(WrongState, SamePerson, NotTheirHomework)
@needs_words("comment")
@transaction.atomic
def excuse_from_homework(
    *, task: HomeworkTask, learner: Person, comment: str, by: User, at: dt.datetime
) -> HomeworkSubmission:
    """A learner who has handed in nothing need not; the certificate does not ask for it.

    Raises `WrongState` where something was handed in: that is graded.
    """
    task = lock(task)
    TASK.check("excuse_from_homework", task.status)
    learner = learner_of(task, learner)
    require_two_persons(by, learner.pk)
    known = submission_of(task, learner)
    if known is not None:
        raise WrongState(state=known.get_status_display())
    made = HomeworkSubmission.objects.create(
        task=task,
        learner=learner,
        status=_S.GRADED,
        grade=_G.NOT_APPLICABLE,
        comment=comment,
        decided_by=by,
        decided_at=at,
    )
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


def _move(submission: HomeworkSubmission, status: str, *, by: User, at: dt.datetime) -> HomeworkSubmission:
    before, submission.status = submission.status, status
    submission.decided_by, submission.decided_at = by, at
    submission.save()
    record_change(submission, old=before, new=status, at=at, actor=by.pk)
    return submission
