"""What a county has to tell since an instant and has not told yet: each kind in one statement, oldest first.

Who has several records is one learner: the record that stands.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, UUIDField
from django.db.models.expressions import Subquery

from core.database.db import present
from core.days import instant_of
from education.courses.models import AttendanceRecord, ClassSession, CourseCertificate, Enrolment, LearningEvent
from education.courses.models.courses import MOST_BASIS_POINTS
from education.courses.services.rolls import THERE
from education.packages.models import PackageOutcome, ScormState
from education.quizzes.models import QuizAttempt
from education.statements import xapi
from education.statements.models import Statement, UntoldFact
from education.statements.xapi import Content
from stations.places.models import Division

#: So many of each kind are collected at once; what is left comes a minute later.
MOST = 500
#: What could not be told is tried again after so long.
TRY_AGAIN = dt.timedelta(hours=1)
_K = Statement.Kind
_OUTCOMES: dict[str, str] = {
    ScormState.Status.COMPLETED: _K.COMPLETED,
    ScormState.Status.FAILED: _K.FAILED,
    ScormState.Status.PASSED: _K.PASSED,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, from which a statement is made under the same id."""

    id: UUID
    kind: str
    learner: UUID
    station: int
    happened_at: dt.datetime
    content: Content
    lacks_consent: bool = False


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something that happened of which no statement can be made, and why."""

    id: UUID
    why: str


Row = TypeVar("Row", AttendanceRecord, LearningEvent, QuizAttempt, PackageOutcome, CourseCertificate)
#: What a row that lacks something, or says what cannot be, makes of the sums over it.
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def facts_of(county: Division, since: dt.datetime, at: dt.datetime) -> dict[str, list[Fact | Unfit]]:
    """What is to be told, by source; at most `MOST` of each. Without what was tried in vain in the last hour."""
    return {
        "attendance": _each(_attendance(county, since, at), _fact_of_mark),
        "learning events": _each(_learning_events(county, since, at), _fact_of_event),
        "attempts": _each(_attempts(county, since, at), _fact_of_attempt),
        "packages": _each(_packages(county, since, at), _fact_of_outcome),
        "certificates": _each(_certificates(county, since, at), _fact_of_certificate),
        "taken back": list(_taken_back(county, since)),
    }


def _each(rows: QuerySet[Row], fact_of: Callable[[Row, UUID], Fact]) -> list[Fact | Unfit]:
    """The fact of each row, the oldest first; one that is unfit keeps no other from being told."""
    found: list[Fact | Unfit] = []
    for row in rows[:MOST]:
        try:
            found.append(fact_of(row, cast(Any, row).standing))
        except FAULTS as error:
            found.append(Unfit(row.pk, f"{type(error).__name__}: {error}"[:200]))
    return found


def _attendance(county: Division, since: dt.datetime, at: dt.datetime) -> QuerySet[AttendanceRecord]:
    """Who was there, once the lesson is over."""
    late = AttendanceRecord.objects.filter(received_at__gte=since).values("session")
    over = ClassSession.objects.filter(
        Q(closed_at__gte=since) | Q(pk__in=late), status=ClassSession.Status.CLOSED, run__station__county=county
    )
    rows = AttendanceRecord.objects.filter(session__in=over.values("pk"), is_current=True, presence__in=THERE)
    untold = _untold(rows, at).select_related("session__run__course", "session__lesson", "session__slot")
    return untold.order_by("received_at", "pk")


def _fact_of_mark(row: AttendanceRecord, standing: UUID) -> Fact:
    session, slot = row.session, row.session.slot
    since_at = max(row.from_at or present(session.opened_at), slot.starts_at)
    length = xapi.seconds_between(since_at, min(present(session.closed_at), slot.ends_at))
    content: Content = {
        "object": xapi.lesson_activity(session.lesson),
        "result": {"duration": xapi.duration(length)},
        "context": xapi.within(xapi.course_activity(session.run.course)),
    }
    station = session.run.station_id
    return Fact(row.pk, _K.ATTENDED, standing, station, slot.starts_at, content, row.lacks_consent)


def _learning_events(county: Division, since: dt.datetime, at: dt.datetime) -> QuerySet[LearningEvent]:
    """Stretches of recordings, under the station of the class in which their learner is."""
    seats = Enrolment.objects.filter(run__course=OuterRef("lesson__course"), learner=OuterRef("learner"))
    station = Subquery(seats.order_by("-requested_at").values("run__station")[:1])
    rows = LearningEvent.objects.filter(received_at__gte=since, lesson__course__county=county)
    untold = _untold(rows.annotate(at_station=station).exclude(at_station=None), at).select_related("lesson__course")
    return untold.order_by("received_at", "pk")


def _fact_of_event(row: LearningEvent, standing: UUID) -> Fact:
    content: Content = {
        "object": xapi.lesson_activity(row.lesson),
        "result": {
            "duration": xapi.duration(row.seconds_to - row.seconds_from),
            "extensions": {xapi.PLAYED_SEGMENTS: f"{row.seconds_from}[.]{row.seconds_to}"},
        },
        "context": xapi.within(xapi.course_activity(row.lesson.course)),
    }
    return Fact(row.pk, _K.EXPERIENCED, standing, cast(Any, row).at_station, row.received_at, content)


def _attempts(county: Division, since: dt.datetime, at: dt.datetime) -> QuerySet[QuizAttempt]:
    """Quizzes that were marked, with their points."""
    rows = QuizAttempt.objects.filter(
        status__in=QuizAttempt.MARKED, finished_at__gte=since, enrolment__run__station__county=county
    )
    untold = _untold(rows, at, "enrolment__learner_id").select_related("quiz__lesson", "enrolment__run")
    return untold.order_by("finished_at", "pk")


def _fact_of_attempt(row: QuizAttempt, standing: UUID) -> Fact:
    earned, possible, ended_at = row.earned or 0, present(row.possible), present(row.finished_at)
    is_passed = row.status == QuizAttempt.Status.PASSED
    content: Content = {
        "object": xapi.quiz_activity(row.quiz),
        "result": {
            "score": {"scaled": round(earned / possible, 4), "raw": earned, "min": 0, "max": possible},
            "success": is_passed,
            "completion": True,
            "duration": xapi.duration(xapi.seconds_between(row.started_at, ended_at)),
        },
        "context": xapi.within(xapi.lesson_activity(row.quiz.lesson)),
    }
    kind = _K.PASSED if is_passed else _K.FAILED
    return Fact(row.pk, kind, standing, row.enrolment.run.station_id, ended_at, content)


def _packages(county: Division, since: dt.datetime, at: dt.datetime) -> QuerySet[PackageOutcome]:
    """Content packages that were completed, passed or not, as it was when that was first said."""
    rows = PackageOutcome.objects.filter(reached_at__gte=since, state__enrolment__run__station__county=county)
    untold = _untold(rows, at, "state__enrolment__learner_id").select_related(
        "state__package__lesson", "state__enrolment__run"
    )
    return untold.order_by("reached_at", "pk")


def _fact_of_outcome(row: PackageOutcome, standing: UUID) -> Fact:
    result: dict[str, object] = {"completion": True, "duration": xapi.duration(row.seconds_spent)}
    if row.score_bp is not None:
        result["score"] = {"scaled": row.score_bp / MOST_BASIS_POINTS}
    if row.status != ScormState.Status.COMPLETED:
        result["success"] = row.status == ScormState.Status.PASSED
    content: Content = {
        "object": xapi.package_activity(row.state.package),
        "result": result,
        "context": xapi.within(xapi.lesson_activity(row.state.package.lesson)),
    }
    station = row.state.enrolment.run.station_id
    return Fact(row.pk, _OUTCOMES[row.status], standing, station, row.reached_at, content)


def _certificates(county: Division, since: dt.datetime, at: dt.datetime) -> QuerySet[CourseCertificate]:
    rows = CourseCertificate.objects.filter(created_at__gte=since, run__station__county=county)
    untold = _untold(rows.exclude(status=CourseCertificate.Status.REVOKED), at).select_related(
        "course", "run__station__county"
    )
    return untold.order_by("created_at", "pk")


def _fact_of_certificate(row: CourseCertificate, standing: UUID) -> Fact:
    content: Content = {
        "object": xapi.certificate_activity(row.course),
        "context": xapi.within(xapi.course_activity(row.course)),
    }
    # By the day: the instant would lead from a statement to the certificate with its name.
    issued = instant_of(row.run.station.zone, row.issued_date, dt.time())
    return Fact(row.pk, _K.EARNED, standing, row.run.station_id, issued, content)


def _taken_back(county: Division, since: dt.datetime) -> Iterator[Fact]:
    """Statements about marks that a correction has replaced, and about certificates that were revoked."""
    marks = AttendanceRecord.objects.filter(received_at__gte=since, replaces__isnull=False).values("replaces")
    revoked = CourseCertificate.objects.filter(
        status=CourseCertificate.Status.REVOKED, updated_at__gte=since, run__station__county=county
    ).values("pk")
    told = Statement.objects.filter(Q(pk__in=marks) | Q(pk__in=revoked), station__county=county)
    told = told.exclude(status=Statement.Status.WITHHELD).select_related("actor")
    voids = {xapi.voiding(row.pk)[0]: row for row in told.order_by("stored_at", "pk")}
    known = set(Statement.objects.filter(pk__in=voids).values_list("pk", flat=True))
    new = [(void, row) for void, row in voids.items() if void not in known and row.actor.learner_id is not None]
    for void, row in new[:MOST]:
        content = xapi.voiding(row.pk)[1]
        yield Fact(void, _K.VOIDED, row.actor.learner_id, row.station_id, row.happened_at, content)


def _untold(rows: QuerySet[Row], at: dt.datetime, learner: str = "learner_id") -> QuerySet[Row]:
    """Without those that a statement tells of; `standing` is the record of the learner that stands."""
    standing = Func(F(learner), function="standing_record", output_field=UUIDField())
    in_vain = UntoldFact.objects.open().filter(pk=OuterRef("pk"), tried_at__gt=at - TRY_AGAIN)
    unknown = rows.exclude(Exists(Statement.objects.filter(pk=OuterRef("pk")))).exclude(Exists(in_vain))
    return unknown.annotate(standing=standing)
