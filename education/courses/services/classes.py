"""A class of a station: opened with all its lessons on the calendar, completed after the last, or cancelled."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish_all
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from education.courses.machine import CLASS
from education.courses.models import ClassRun, ClassSession, Course, Enrolment
from education.courses.queries import minutes_of, planned_minutes
from education.courses.services.certificates import issue_certificates
from education.courses.services.steps import tell_family
from education.hooks import unfinished_in
from education.safeguarding.services import VettingExpired, require_vetting
from scheduling.calendars.models import BookingPolicy, Offering, Resource
from scheduling.calendars.services import (
    define_offering,
    define_policy,
    open_extra_session,
    register_resource,
    withdraw_sessions,
)
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services import refuse_unless_open
from stations.people.models import Person

OWNER_KIND, ROOM_KIND, POLICY = "education.class", "education.classroom", "education.class"
SERVICE, TRAINING_SERVICE = "super_classroom", "skills_training"
BASIS_POINTS = 10_000


class LessonsMissing(Refused):
    """A class has each lesson of its course once."""

    code = "lessons_missing"
    status = 422
    message = _("This course has %(lessons)s lessons. Give a time for each.")


class StartsInThePast(Refused):
    """A lesson cannot be planned for a time that is over."""

    code = "class_starts_in_the_past"
    status = 422
    message = _("The first lesson must be in the future.")


class CourseNotApproved(Refused):
    """A course that is not approved has no classes."""

    code = "course_not_approved"
    message = _("No class can be opened: the course is not approved.")


@refuses(
    CourseNotApproved,
    LessonsMissing,
    StartsInThePast,
    VettingExpired,
    *refused_by(refuse_unless_open, open_extra_session, register_resource),
)
@transaction.atomic
def open_class(
    *,
    course: Course,
    station: Station,
    teacher: Person,
    mode: str,
    seats: int,
    starts: Sequence[dt.datetime],
    by: User,
    at: dt.datetime,
) -> ClassRun:
    """A class with a lesson at each of these instants, in their order: all on the calendar, or none.

    Raises `ServiceNotOpen`, `CourseNotApproved`, `LessonsMissing`, `StartsInThePast`, `VettingExpired` with the dates
    on which the checks do not hold, and `ResourceTaken` where another class has the room.
    """
    refuse_unless_open(station, service_of(course), by=by, at=at)
    course = lock(course)
    if course.status != Course.Status.APPROVED:
        raise CourseNotApproved
    lessons = list(course.lessons.all())
    times = sorted(starts)
    if len(times) != len(lessons):
        raise LessonsMissing(field="starts", lessons=len(lessons))
    if times[0] <= at:
        raise StartsInThePast(field="starts_date")
    dates = [day_in(station.zone, each) for each in times]
    require_vetting(person=teacher, on_dates=dates)
    run = ClassRun.objects.create(
        course=course,
        station=station,
        teacher=teacher,
        mode=mode,
        seats=seats,
        starts_date=dates[0],
        ends_date=dates[-1],
        opened_by=by,
    )
    offering, room = _offering_of(run, by=by, at=at), _classroom_of(station, by=by, at=at)
    for lesson, begins in zip(lessons, times, strict=True):
        slot = open_extra_session(
            offering=offering,
            resources=[room],
            starts_at=begins,
            ends_at=begins + dt.timedelta(minutes=lesson.planned_minutes),
            capacity=seats,
            by=by,
            at=at,
        )
        ClassSession.objects.create(run=run, lesson=lesson, slot=slot)
    record_change(run, old="", new=run.status, at=at, actor=by.pk)
    return run


def service_of(course: Course) -> str:
    """The service of a station in which this course is given."""
    return TRAINING_SERVICE if course.is_training else SERVICE


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def cancel_class(*, run: ClassRun, reason: str, by: User, at: dt.datetime) -> ClassRun:
    """The lessons to come are cancelled and the room is free; what was learnt stays; every family is told."""
    run = lock(run)
    CLASS.check("cancel_class", run.status)
    planned = lock_all(run.sessions.select_related("slot").filter(status=ClassSession.Status.PLANNED))
    withdraw_sessions(sessions=[each.slot for each in planned], by=by, at=at)
    ClassSession.objects.filter(pk__in=[each.pk for each in planned]).update(status=ClassSession.Status.CANCELLED)
    record_changes(planned, old="planned", new="cancelled", at=at, actor=by.pk)
    for enrolment in _close_enrolments(run, Enrolment.Status.WITHDRAWN, by=by, at=at):
        key = f"edu:class:{run.pk}:cancelled:{enrolment.pk}"
        title = run.course.title
        tell_family(enrolment.learner, "class_cancelled", station=run.station, key=key, at=at, title=title)
    run.reason = reason
    return _move(run, ClassRun.Status.CANCELLED, by=by, at=at, reason=reason)


@refuses(WrongState, *refused_by(issue_certificates))
@transaction.atomic
def complete_class(*, run: ClassRun, by: User | None, at: dt.datetime) -> ClassRun:
    """After the last lesson: who has enough minutes, and lacks nothing, has completed it and gets the certificate.

    Enough is `minutes x 10000 >= minutes_required_bp x planned minutes`; what else a course asks for are its mandatory
    quizzes and homework. Raises `WrongState` while a lesson is to come.
    """
    run = lock(run)
    CLASS.check("complete_class", run.status)
    if run.sessions.filter(status__in=ClassSession.TO_COME).exists():
        raise WrongState(state=run.get_status_display())
    needed = run.course.minutes_required_bp * planned_minutes(run.course)
    minutes, unfinished = minutes_of(run), unfinished_in(run, is_over=True)
    seated = lock_all(
        run.enrolments.filter(status=Enrolment.Status.ENROLLED).select_related("learner__home_station__county")
    )
    enough = [each for each in seated if minutes.get(each.learner_id, 0) * BASIS_POINTS >= needed]
    done = [each for each in enough if each.pk not in unfinished]
    for enrolment in seated:
        enrolment.minutes, enrolment.ended_at = minutes.get(enrolment.learner_id, 0), at
        enrolment.status = Enrolment.Status.COMPLETED if enrolment in done else Enrolment.Status.EXPIRED
    Enrolment.objects.bulk_update(seated, ["minutes", "ended_at", "status"])
    for status in (Enrolment.Status.COMPLETED, Enrolment.Status.EXPIRED):
        record_changes([each for each in seated if each.status == status], old="enrolled", new=status, at=at)
    _close_line(run, at=at)
    about = {"course": str(run.course_id), "code": run.course.code, "version": run.course.version}
    facts = [{"person": str(each.learner_id), **about} for each in done]
    publish_all("education.course_completed", facts, at=at)
    if run.course.gives_certificate:
        issue_certificates(run=run, completed=done, at=at)
    return _move(run, ClassRun.Status.COMPLETED, by=by, at=at)


def _close_enrolments(run: ClassRun, status: str, *, by: User | None, at: dt.datetime) -> list[Enrolment]:
    held = lock_all(run.enrolments.live().select_related("learner__home_station__county"))
    for before in Enrolment.LIVE:
        record_changes(
            [each for each in held if each.status == before], old=before, new=status, at=at, actor=by.pk if by else None
        )
    Enrolment.objects.filter(pk__in=[each.pk for each in held]).update(status=status, ended_at=at)
    return held


def _close_line(run: ClassRun, *, at: dt.datetime) -> None:
    """Whoever still waits for a seat waits no longer."""
    waiting = lock_all(run.enrolments.filter(status=Enrolment.Status.WAITLISTED))
    Enrolment.objects.filter(pk__in=[each.pk for each in waiting]).update(
        status=Enrolment.Status.WITHDRAWN, ended_at=at
    )
    record_changes(waiting, old="waitlisted", new="withdrawn", at=at)


def _offering_of(run: ClassRun, *, by: User, at: dt.datetime) -> Offering:
    policy = BookingPolicy.objects.filter(code=POLICY).order_by("-revision").first() or define_policy(
        code=POLICY,
        opens_days_before=0,
        release_local_time=dt.time(),
        closes_minutes_before=0,
        cancel_minutes_before=0,
        by=by,
        at=at,
    )
    return define_offering(
        owner_kind=OWNER_KIND, owner_ref=str(run.pk), label="Lesson", label_zh="上课", policy=policy, by=by, at=at
    )


def _classroom_of(station: Station, *, by: User, at: dt.datetime) -> Resource:
    """The classroom of a station: one class at a time."""
    lock(station)
    found = Resource.objects.filter(owner_kind=ROOM_KIND, owner_ref=station.code).first()
    return found or register_resource(
        kind=Resource.Kind.CLASSROOM,
        name=station.name,
        zone=station.zone,
        owner_kind=ROOM_KIND,
        owner_ref=station.code,
        station=station,
        by=by,
        at=at,
    )


def _move(run: ClassRun, status: str, *, by: User | None, at: dt.datetime, reason: str = "") -> ClassRun:
    before, run.status = run.status, status
    run.save()
    record_change(run, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason)
    return run
