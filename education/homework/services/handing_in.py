"""A page of homework is photographed at the station and handed in, once, and again after it was returned."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.files.models import StoredFile
from core.history import record_change
from education.homework.machine import SUBMISSION, TASK
from education.homework.models import HomeworkPhoto, HomeworkSubmission, HomeworkTask
from education.homework.queries import learners_with
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import standing_record
from education.safeguarding.services import require_consent
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.people.models import Person

_S = HomeworkSubmission.Status


class NotTheirHomework(Refused):
    """It was set to others."""

    code = "not_their_homework"
    message = _("This learner does not have this homework.")


class PhotoTaken(Refused):
    """One photo shows one homework."""

    code = "homework_photo_used"
    message = _("This photo already belongs to another homework.")


@refuses(WrongState, NotTheirHomework, PhotoTaken, *refused_by(require_consent))
@transaction.atomic
def submit_homework(
    *,
    task: HomeworkTask,
    learner: Person,
    photo: StoredFile,
    by: User,
    at: dt.datetime,
    voice: StoredFile | None = None,
) -> HomeworkSubmission:
    """A learner hands in a photo, also after the due time; a returned homework is handed in again.

    What is read aloud goes with it as a voice note. Of a minor a guardian's consent holds today. Raises `WrongState`
    while it waits for the teacher, once it is graded, and after the teacher has withdrawn it.
    """
    task = lock(task)
    TASK.check("hand_in_homework", task.status)
    require_learner(task, learner)
    today = day_in(task.station.zone, at)
    require_consent(child=standing_record(learner), purpose=EDUCATION_RECORD, on_date=today)
    submission = HomeworkSubmission.objects.filter(task=task, learner=learner).first()
    if submission is None:
        submission = HomeworkSubmission.objects.create(
            task=task, learner=learner, status=_S.SUBMITTED, first_submitted_at=at, submitted_at=at
        )
        record_change(submission, old="", new=submission.status, at=at, actor=by.pk)
    else:
        submission = lock(submission)
        SUBMISSION.check("submit_homework", submission.status)
        before, submission.status, submission.submitted_at = submission.status, _S.RESUBMITTED, at
        submission.save(update_fields=["status", "submitted_at", "updated_at"])
        record_change(submission, old=before, new=submission.status, at=at, actor=by.pk)
    with refused_as({"photo_is_of_one_homework": PhotoTaken}):
        HomeworkPhoto.objects.create(submission=submission, photo=photo, kept_by=by, kept_at=at)
        if voice is not None:
            HomeworkPhoto.objects.create(submission=submission, photo=voice, kept_by=by, kept_at=at, is_voice=True)
    return submission


@refuses(NotTheirHomework)
def require_learner(task: HomeworkTask, learner: Person) -> None:
    """Refuse whoever does not have this homework: `NotTheirHomework`."""
    if learner.pk not in {each.pk for each in learners_with(task)}:
        raise NotTheirHomework
