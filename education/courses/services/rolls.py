"""The roll call: marks that only grow. The first that arrives counts; another counts when it corrects that one.

Two who mark the same lesson without a line lose nothing: what arrives later is stored beside, and where it says
something else the lesson shows that the two differ, until somebody corrects it with a reason.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import ReasonMissing, written
from core.notices.services import notify
from education.courses.machine import SESSION
from education.courses.models import AttendanceRecord, ClassRun, ClassSession, Enrolment
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import agreed_on
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.two_persons import require_two_persons

LATE = AttendanceRecord.Presence.LATE
THERE = frozenset({AttendanceRecord.Presence.PRESENT, LATE})


class NotInClass(Refused):
    """Only those who are enrolled are called."""

    code = "not_in_class"
    status = 422
    message = _("A person on this roll call is not in the class.")


@dataclass(frozen=True, slots=True)
class Mark:
    """One learner of a roll call as a device sent it. `corrects` says that it replaces the mark that counts."""

    op_id: UUID
    learner: UUID
    presence: str
    made_at: dt.datetime
    from_at: dt.datetime | None = None
    corrects: bool = False
    reason: str = ""


@refuses(WrongState, NotInClass, ReasonMissing, SamePerson)
@transaction.atomic
def call_roll(*, session: ClassSession, marks: Sequence[Mark], by: User, at: dt.datetime) -> ClassSession:
    """Store the marks of a roll call, each once however often it is sent; the same few statements for any number.

    Raises `NotInClass`, `ReasonMissing` for a correction without a reason, and `SamePerson` for somebody who marks
    their own presence at a training: a certificate may rest on it.
    """
    run, slot = session.run, session.slot
    session = lock(session)
    SESSION.check("call_roll", session.status)
    enrolled = dict(Enrolment.objects.filter(run=run).values_list("learner", "is_minor"))
    _check(enrolled, marks)
    if run.course.is_training:
        require_two_persons(by, *(mark.learner for mark in marks))
    ops = [mark.op_id for mark in marks]
    rows = list(AttendanceRecord.objects.filter(Q(session=session) | Q(op_id__in=ops)))
    known = {row.op_id for row in rows}
    rows = [row for row in rows if row.session_id == session.pk]
    standing = {row.learner_id: row for row in rows if row.is_current}
    fresh = list({mark.op_id: mark for mark in marks if mark.op_id not in known}.values())
    made, replaced = _merged(session, fresh, standing, _contested(rows, standing), by=by, at=at)
    day = day_in(run.station.zone, slot.starts_at)
    _note_consents(made, {learner for learner, is_minor in enrolled.items() if is_minor}, day)
    if replaced:
        AttendanceRecord.objects.filter(pk__in=replaced).update(is_current=False)
    AttendanceRecord.objects.bulk_create(made)
    if made:
        _note(session, differs=bool(_contested([*rows, *made], standing)), by=by, at=at)
    told = {row.learner_id for row in rows if row.lacks_consent}
    if any(row.lacks_consent and row.learner_id not in told for row in made):
        _tell_county(session, run, day, at=at)
    return session


def _check(enrolled: dict[UUID, bool], marks: Sequence[Mark]) -> None:
    if any(mark.learner not in enrolled for mark in marks):
        raise NotInClass
    for mark in marks:
        if mark.corrects:
            written(mark.reason)


def _note_consents(made: Sequence[AttendanceRecord], minors: set[UUID], day: dt.date) -> None:
    """A minor who was there although no consent holds on the day of the lesson."""
    there = {row.learner_id for row in made if row.presence in THERE} & minors
    agreed = agreed_on(there, EDUCATION_RECORD, day)
    for row in made:
        row.lacks_consent = row.learner_id in there - agreed


def _tell_county(session: ClassSession, run: ClassRun, day: dt.date, *, at: dt.datetime) -> None:
    """The consent may have been withdrawn while the device had no network: the mark is a fact, and managers hear."""
    for manager in people_in_role(Role.COUNTY_MANAGER, at=at, station=run.station):
        notify(
            template="attended_without_consent",
            params={"station": run.station.name, "title": run.course.title, "day": day.isoformat()},
            language=manager.language,
            user=manager,
            link=f"/education/courses/classes/{run.pk}/",
            dedupe_key=f"edu:no-consent:{session.pk}:{at.isoformat()}:{manager.pk}",
            at=at,
        )


def _merged(
    session: ClassSession,
    marks: Sequence[Mark],
    standing: dict[UUID, AttendanceRecord],
    contested: set[UUID],
    *,
    by: User,
    at: dt.datetime,
) -> tuple[list[AttendanceRecord], list[UUID]]:
    """The rows to store, and the marks that count no longer. Who is contested is settled by the same mark again."""
    made: list[AttendanceRecord] = []
    replaced: list[UUID] = []
    for mark in marks:
        counting = standing.get(mark.learner)
        if counting is not None and mark.corrects and _repeats(mark, counting) and mark.learner not in contested:
            continue
        is_correction = counting is not None and mark.corrects
        row = AttendanceRecord(
            op_id=mark.op_id,
            session=session,
            learner_id=mark.learner,
            presence=mark.presence,
            from_at=_arrival(mark, counting) if mark.presence == LATE else None,
            marked_by=by,
            made_at=mark.made_at,
            received_at=at,
            replaces=counting if is_correction else None,
            reason=mark.reason.strip(),
            is_current=counting is None or is_correction,
        )
        if is_correction and counting is not None:
            replaced.append(counting.pk)
        if row.is_current:
            standing[mark.learner] = row
        made.append(row)
    stored = [pk for pk in replaced if pk not in {row.pk for row in made}]
    for row in made:
        row.is_current = row.is_current and standing[row.learner_id] is row
    return made, stored


def _repeats(mark: Mark, counting: AttendanceRecord) -> bool:
    """Whether a correction says what counts already; one that names no arrival leaves it."""
    return mark.presence == counting.presence and mark.from_at in (None, counting.from_at)


def _arrival(mark: Mark, counting: AttendanceRecord | None) -> dt.datetime:
    known = counting.from_at if counting is not None and mark.corrects else None
    return mark.from_at or known or mark.made_at


def _contested(rows: Sequence[AttendanceRecord], standing: Mapping[UUID, AttendanceRecord]) -> set[UUID]:
    """Those of whom a mark says something else than the one that counts, and no correction has come since."""
    return {row.learner_id for row in rows if not row.is_current and _disagrees(row, standing[row.learner_id])}


def _disagrees(row: AttendanceRecord, counting: AttendanceRecord) -> bool:
    is_settled = counting.replaces_id is not None and counting.received_at >= row.received_at
    return row.presence != counting.presence and not is_settled


def _note(session: ClassSession, *, differs: bool, by: User, at: dt.datetime) -> None:
    """When the roll was called, and whether two roll calls differ; a correction settles that."""
    session.roll_called_at, session.differs = session.roll_called_at or at, differs
    session.save(update_fields=["roll_called_at", "differs", "updated_at"])
    record_change(session, old=session.status, new="roll_differs" if differs else "roll_called", at=at, actor=by.pk)
