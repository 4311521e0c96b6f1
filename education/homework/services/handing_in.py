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
    learner = learner_of(task, learner)
    require_consent(child=learner, purpose=EDUCATION_RECORD, on_date=day_in(task.station.zone, at))
    submission = submission_of(task, learner)
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
def learner_of(task: HomeworkTask, learner: Person) -> Person:
    """The record under which somebody has this homework. Raises `NotTheirHomework` where none of theirs has it."""
    records = set(Person.objects.of_people(learner.pk).values_list("pk", flat=True))
    found = next((each for each in learners_with(task) if each.pk in records), None)
    if found is None:
        raise NotTheirHomework
    return found


def submission_of(task: HomeworkTask, learner: Person) -> HomeworkSubmission | None:
    """What somebody has handed in of a task, under whichever record."""
    records = Person.objects.of_people(learner.pk).values("pk")
    return HomeworkSubmission.objects.filter(task=task, learner__in=records).order_by("-pk").first()
