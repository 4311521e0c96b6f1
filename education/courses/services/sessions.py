"""A lesson of a class begins with an adult present and ends; what nobody ends or begins, the clock does."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change, record_changes
from education.courses.machine import SESSION
from education.courses.models import ClassRun, ClassSession, Enrolment
from education.courses.services.classes import complete_class, service_of
from education.courses.services.rooms import end_link
from education.hooks import unfinished_in
from education.safeguarding.queries import VettedDays
from education.safeguarding.services import AdultNeeded, VettingExpired, require_adult_present, require_vetting
from stations.accounts.models import User
from stations.network.services import refuse_unless_open
from stations.people.models import Person
from stations.people.queries import standing_record

#: A lesson begins at most so long before its time, and is ended so long after it.
AROUND = dt.timedelta(minutes=30)
#: After the last lesson learners have so long for what the course asks of them besides minutes.
FINISHING = dt.timedelta(days=14)


class NotOnThisDay(Refused):
    """The lesson is not now."""

    code = "lesson_not_now"
    message = _("This lesson can be started from half an hour before it begins until it ends.")


@refuses(WrongState, NotOnThisDay, AdultNeeded, VettingExpired, *refused_by(refuse_unless_open))
@transaction.atomic
def open_class_session(*, session: ClassSession, adult: Person, by: User, at: dt.datetime) -> ClassSession:
    """The lesson begins: an adult is in the room, and the checks of the teacher hold on this day.

    At a training without minors that adult may be the teacher.

    Raises `NotOnThisDay` earlier than 30 minutes before its time or after its end, `ServiceNotOpen`, `AdultNeeded`,
    `VettingExpired`.
    """
    session = lock(session)
    SESSION.check("open_class_session", session.status)
    run, slot = session.run, session.slot
    if not slot.starts_at - AROUND <= at < slot.ends_at:
        raise NotOnThisDay
    refuse_unless_open(run.station, service_of(run.course), by=by, at=at)
    enrolled = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).select_related("learner")
    has_minors = any(each.is_minor for each in enrolled)
    if not run.course.is_training or has_minors or adult.pk != run.teacher_id:
        children = [standing_record(each.learner) for each in enrolled]
        require_adult_present(adult=adult, station=run.station, children=children, at=at)
    require_vetting(person=run.teacher, on_dates=[day_in(run.station.zone, slot.starts_at)])
    session.adult_present, session.opened_at = adult, at
    moved = ClassRun.objects.filter(pk=run.pk, status=ClassRun.Status.OPEN).update(status=ClassRun.Status.RUNNING)
    if moved:
        record_change(run, old=ClassRun.Status.OPEN, new=ClassRun.Status.RUNNING, at=at, actor=by.pk)
    return _move(session, ClassSession.Status.OPEN, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def close_class_session(*, session: ClassSession, by: User | None, at: dt.datetime) -> ClassSession:
    """The lesson is over; presence counts until now, at most until its planned end."""
    session = lock(session)
    SESSION.check("close_class_session", session.status)
    session.closed_at = at
    end_link(session, at=at)
    return _move(session, ClassSession.Status.CLOSED, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def end_sessions(*, at: dt.datetime) -> int:
    """Half an hour after their time: lessons that go on are closed, those that nobody began were missed; how many.

    A class whose last lesson is over is completed: at once where nobody lacks anything, else 14 days later.
    """
    over = ClassSession.objects.filter(slot__ends_at__lte=at - AROUND)
    going = lock_all(over.filter(status=ClassSession.Status.OPEN).select_related("slot"))
    for session in going:
        close_class_session(session=session, by=None, at=max(at, session.slot.ends_at))
    planned = over.filter(status=ClassSession.Status.PLANNED)
    unopened = lock_all(planned.select_related("run__teacher", "run__station", "slot"))
    ClassSession.objects.filter(pk__in=[each.pk for each in unopened]).update(status=ClassSession.Status.MISSED)
    for reason, missed in _by_reason(unopened).items():
        record_changes(missed, old="planned", new="missed", at=at, reason=reason)
    for run, last_lesson_at in _all_over():
        if at >= last_lesson_at + FINISHING or not unfinished_in(run, is_over=False):
            complete_class(run=run, by=None, at=at)
    return len(going) + len(unopened)


def _by_reason(unopened: Sequence[ClassSession]) -> dict[str, list[ClassSession]]:
    """Why nobody began these lessons; a statement for each teacher."""
    checks = {teacher: VettedDays(teacher) for teacher in {each.run.teacher for each in unopened}}
    found: dict[str, list[ClassSession]] = {}
    for each in unopened:
        reason = ClassSession.WhyMissed.NOT_BEGUN
        if not checks[each.run.teacher].holds(day_in(each.run.station.zone, each.slot.starts_at)):
            reason = ClassSession.WhyMissed.UNCHECKED
        elif not each.run.seats_taken:
            reason = ClassSession.WhyMissed.NO_LEARNERS
        found.setdefault(reason, []).append(each)
    return found


def _all_over() -> list[tuple[ClassRun, dt.datetime]]:
    """Classes that take learners and have no lesson to come, each with the end of its last one."""
    to_come = ClassSession.objects.filter(status__in=ClassSession.TO_COME)
    rows = ClassRun.objects.live().exclude(pk__in=to_come.values("run")).select_related("course", "station__county")
    dated = rows.annotate(last_lesson_at=Max("sessions__slot__ends_at")).order_by("pk")
    return [(run, run.last_lesson_at) for run in dated]


def _move(session: ClassSession, status: str, *, by: User | None, at: dt.datetime) -> ClassSession:
    before, session.status = session.status, status
    session.save()
    record_change(session, old=before, new=status, at=at, actor=by.pk if by else None)
    return session
