"""A teacher sets homework after a lesson, and withdraws what was set in error."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words, no_identity_numbers
from education.courses.models import ClassRun, ClassSession
from education.courses.services.sessions import FINISHING
from education.homework.machine import TASK
from education.homework.models import HomeworkTask
from education.safeguarding.services import VettingExpired, require_vetting
from education.tutoring.models import TutoringSession
from stations.accounts.models import User


class LessonNotHeld(Refused):
    """Homework follows a lesson."""

    code = "lesson_not_held"
    message = _("Set homework once the lesson has begun.")


class DueInThePast(Refused):
    """Nobody can do it any more."""

    code = "homework_due_in_the_past"
    status = 422
    message = _("Homework must be due in the future.")


class DueTooLate(Refused):
    """Certificates are issued before."""

    code = "homework_due_too_late"
    status = 422
    message = _("Too late for the certificate: it is due at most 14 days after the last lesson of the class.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeworkDraft:
    """What is to be done, and until when."""

    title: str
    due_at: dt.datetime
    instructions: str = ""
    is_mandatory: bool = False


@refuses(LessonNotHeld, DueInThePast, DueTooLate, VettingExpired)
@no_identity_numbers("instructions")
@transaction.atomic
def set_homework(
    *, lesson: ClassSession | TutoringSession, draft: HomeworkDraft, by: User, at: dt.datetime
) -> HomeworkTask:
    """A task for all who learn in a lesson that has begun; what a tutor sets is never mandatory.

    Its teacher reads what is handed in, with checks that are valid today. Raises `LessonNotHeld`, `DueInThePast`,
    `DueTooLate` for a mandatory one after which no certificate asks, and `VettingExpired`.
    """
    if draft.due_at <= at:
        raise DueInThePast(field="due_at")
    task = HomeworkTask(
        title=draft.title,
        instructions=draft.instructions,
        due_at=draft.due_at,
        set_by=by,
        set_at=at,
    )
    if isinstance(lesson, TutoringSession):
        _of_tutor(task, lesson)
    else:
        _of_class(task, lesson, is_mandatory=draft.is_mandatory)
    require_vetting(person=task.teacher, on_dates=[day_in(task.station.zone, at)])
    task.save()
    record_change(task, old="", new=task.status, at=at, actor=by.pk)
    return task


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def withdraw_homework(*, task: HomeworkTask, reason: str, by: User, at: dt.datetime) -> HomeworkTask:
    """Nobody hands it in any more, and no certificate asks for it; what was handed in stays."""
    task = lock(task)
    TASK.check("withdraw_homework", task.status)
    before, task.status = task.status, HomeworkTask.Status.WITHDRAWN
    task.withdrawn_at, task.reason = at, reason
    task.save(update_fields=["status", "withdrawn_at", "reason", "updated_at"])
    record_change(task, old=before, new=task.status, at=at, actor=by.pk, reason=reason)
    return task


def _of_class(task: HomeworkTask, session: ClassSession, *, is_mandatory: bool) -> None:
    session = lock(session)
    if session.status not in (ClassSession.Status.OPEN, ClassSession.Status.CLOSED):
        raise LessonNotHeld
    run = lock(session.run)
    if is_mandatory and not _is_in_time(run, task.due_at):
        raise DueTooLate(field="due_at")
    task.session, task.station, task.teacher, task.is_mandatory = session, run.station, run.teacher, is_mandatory


def _is_in_time(run: ClassRun, due_at: dt.datetime) -> bool:
    """Whether the class still waits for homework that is due then (`end_sessions`)."""
    last = run.sessions.aggregate(last=Max("slot__ends_at"))["last"]
    return run.status in ClassRun.LIVE and due_at <= last + FINISHING


def _of_tutor(task: HomeworkTask, session: TutoringSession) -> None:
    session = lock(session)
    if session.started_at is None:
        raise LessonNotHeld
    task.tutoring, task.station, task.teacher = session, session.station, session.tutor.person
