"""Learners come and go. One statement takes a seat; who finds none waits, and gets the seat that is freed first."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import reasons_of, record_change
from core.language.reasons import no_identity_numbers
from education.courses.machine import CLASS, ENROLMENT
from education.courses.models import ClassRun, Course, Enrolment
from education.courses.models.classes import ClassEnrolmentQuerySet
from education.courses.services.steps import tell_family
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import is_child
from education.safeguarding.services import ConsentMissing, require_consent
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import age_on
from stations.people.services.registration import PersonGone
from stations.two_persons import is_same_person

#: Why the seat under the other record of a person ended.
MERGED = "merged"


class AgeOutsideRange(Refused):
    """The course is for another age."""

    code = "age_outside_range"
    status = 422
    message = _("This course is for another age: %(ages)s.")


class AlreadyEnrolled(Refused):
    """Nobody is in a class twice."""

    code = "already_enrolled"
    message = _("This person is already in the class.")


class TeacherLearns(Refused):
    """Nobody learns in a class that they teach."""

    code = "teacher_learns"
    message = _("The teacher of the class cannot be one of its learners.")


@refuses(WrongState, AgeOutsideRange, AlreadyEnrolled, TeacherLearns, *refused_by(require_consent))
@transaction.atomic
def enrol_learner(*, run: ClassRun, learner: Person, by: User | None, at: dt.datetime) -> Enrolment:
    """A seat in the class, or the next place in the line where all are taken.

    Of a minor a guardian's consent holds on the day of the first lesson, or today when it has begun.
    """
    run = lock(run)
    CLASS.check("enrol_learner", run.status)
    today = day_in(run.station.zone, at)
    day = max(run.starts_date, today)
    consent = require_consent(child=learner, purpose=EDUCATION_RECORD, on_date=day)
    _check_age(run.course, learner, day)
    if is_same_person(learner, run.teacher_id):
        raise TeacherLearns
    if _seats_of(learner).filter(run=run).exclude(status=Enrolment.Status.WITHDRAWN).exists():
        raise AlreadyEnrolled
    status = Enrolment.Status.ENROLLED if _take_seat(run) else Enrolment.Status.WAITLISTED
    made = Enrolment.objects.create(
        run=run,
        learner=learner,
        consent=consent,
        is_minor=is_child(learner, day),
        requested_at=at,
        status=status,
    )
    record_change(made, old="", new=made.status, at=at, actor=by.pk if by else None)
    return made


@refuses(WrongState)
@no_identity_numbers("reason")
@transaction.atomic
def withdraw_enrolment(*, enrolment: Enrolment, by: User | None, at: dt.datetime, reason: str = "") -> Enrolment:
    """The learner leaves; the seat goes to the first in the line. What was learnt stays."""
    run = lock(enrolment.run)
    enrolment = lock(enrolment)
    ENROLMENT.check("withdraw_enrolment", enrolment.status)
    before, enrolment.status, enrolment.ended_at = enrolment.status, Enrolment.Status.WITHDRAWN, at
    enrolment.save(update_fields=["status", "ended_at", "updated_at"])
    actor = by.pk if by else None
    record_change(enrolment, old=before, new=enrolment.status, at=at, actor=actor, reason=reason)
    if before == Enrolment.Status.ENROLLED:
        ClassRun.objects.filter(pk=run.pk).update(seats_taken=F("seats_taken") - 1)
        _promote_first(run, at=at)
    return enrolment


@refuses(WrongState)
@transaction.atomic
def end_enrolments(*, child: Person, purpose: str, by: User | None, at: dt.datetime) -> int:
    """A consent has ended: the child leaves the classes that rest on it; how many."""
    if purpose != EDUCATION_RECORD:
        return 0
    return _leave(_seats_of(child).live().filter(is_minor=True), by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def leave_second_seats(*, learner: Person, at: dt.datetime) -> int:
    """Two records are one person: in each class one seat stays, the first that was asked for; how many were left.

    What was learnt under the other record counts with it.
    """
    live = _seats_of(learner).live().order_by("run_id", "requested_at", "pk")
    standing: dict[UUID, Enrolment] = {}
    for each in sorted(live, key=lambda each: each.status != Enrolment.Status.ENROLLED):
        standing.setdefault(each.run_id, each)
    second = live.exclude(pk__in=[each.pk for each in standing.values()])
    return _leave(second, by=None, at=at, reason=MERGED)


@refuses()
@transaction.atomic
def return_second_seats(*, learners: Collection[Person], at: dt.datetime) -> int:
    """The records are two people again: who has lost a seat by the merge is put on the class again; how many are.

    Where the class is full they wait for a seat; where it takes nobody, or no guardian agrees, nothing happens.
    """
    rows = Enrolment.objects.filter(learner__in=learners).select_related("run", "learner__home_station__county")
    latest = {(each.run_id, each.learner_id): each for each in rows.order_by("run_id", "pk")}
    left = [each for each in latest.values() if each.status == Enrolment.Status.WITHDRAWN]
    reasons = reasons_of(left, new=Enrolment.Status.WITHDRAWN)
    returned = 0
    for each in left:
        if reasons.get(str(each.pk)) != MERGED:
            continue
        try:
            enrol_learner(run=each.run, learner=each.learner, by=None, at=at)
        except Refused:
            continue
        returned += 1
    return returned


@refuses(WrongState)
@transaction.atomic
def leave_all_classes(*, learner: Person, at: dt.datetime) -> int:
    """The learner has died: no roll call names them from now on; how many classes."""
    return _leave(_seats_of(learner).live(), by=None, at=at)


def _seats_of(learner: Person) -> ClassEnrolmentQuerySet:
    """The enrolments of somebody under each record: a merge leaves them where they were made."""
    return Enrolment.objects.filter(learner__in=Person.objects.of_people(learner.pk).values("pk"))


def _leave(enrolments: QuerySet[Enrolment], *, by: User | None, at: dt.datetime, reason: str = "") -> int:
    rows = list(enrolments.select_related("run__station__county", "run__course").order_by("run_id", "pk"))
    for enrolment in rows:
        withdraw_enrolment(enrolment=enrolment, by=by, at=at, reason=reason)
    return len(rows)


def _check_age(course: Course, learner: Person, day: dt.date) -> None:
    age = age_on(learner.birth_date, day) if learner.birth_date else None
    if age is None:
        return
    if (course.age_from is not None and age < course.age_from) or (course.age_to is not None and age > course.age_to):
        raise AgeOutsideRange(ages=f"{course.age_from or 0}–{course.age_to or '…'}")


def _take_seat(run: ClassRun) -> bool:
    taken = ClassRun.objects.filter(pk=run.pk, seats_taken__lt=F("seats")).update(seats_taken=F("seats_taken") + 1)
    return taken == 1


def _promote_first(run: ClassRun, *, at: dt.datetime) -> None:
    """The first in the line whose consent still holds takes the seat, and is told."""
    day = max(run.starts_date, day_in(run.station.zone, at))
    line = Enrolment.objects.filter(run=run, status=Enrolment.Status.WAITLISTED)
    for waiting in line.select_related("learner__home_station__county").order_by("requested_at", "pk"):
        try:
            require_consent(child=waiting.learner, purpose=EDUCATION_RECORD, on_date=day)
        except (ConsentMissing, PersonGone):
            continue
        _take_seat(run)
        waiting.status = Enrolment.Status.ENROLLED
        waiting.save(update_fields=["status", "updated_at"])
        record_change(waiting, old=Enrolment.Status.WAITLISTED, new=waiting.status, at=at)
        key, title = f"edu:class:{run.pk}:seat:{waiting.pk}", run.course.title
        tell_family(waiting.learner, "class_seat_free", station=run.station, key=key, at=at, title=title)
        return
