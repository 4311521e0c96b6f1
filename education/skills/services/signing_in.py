"""A learner signs in to a session of a training; whoever has no seat yet gets one, if there is one.

What came over a bad line is sent again: the id of the sign-in decides what is stored, and its mark of the roll call has
the same id.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.files.models import StoredFile
from core.history import record_change
from education.courses.machine import SESSION
from education.courses.models import AttendanceRecord, ClassRun, ClassSession, Enrolment
from education.courses.services import Mark, call_roll, enrol_learner
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.services import require_adult_present, require_consent
from education.skills.models import SignIn, SignInSheet
from education.skills.queries import meant_by
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import QueryTooShort
from stations.two_persons import require_two_persons


class NotATraining(Refused):
    """In a class of children the roll is called: nobody signs in."""

    code = "not_a_training"
    status = 422
    message = _("This class is not a training. Call the roll.")


class TrainingFull(Refused):
    """Whoever comes without a seat finds none."""

    code = "training_full"
    message = _("All seats of this training are taken.")


class AlreadySignedIn(Refused):
    """Once for each session."""

    code = "already_signed_in"
    message = _("This person has signed in already.")


class OpIdUsed(Refused):
    """A device gives each sign-in an id of its own: this one is of somebody else, or of a mark of the roll call."""

    code = "op_id_used"
    message = _("This id belongs to another sign-in or to a mark of the roll call.")


class PhotoUsed(Refused):
    """One photo shows one sheet."""

    code = "photo_used"
    message = _("This photo has been kept already.")


class NoLearnerMeant(Refused):
    """No resident has this card, or this name or number at the station."""

    code = "learner_not_found"
    status = 422
    message = _("No resident is found by this. Scan the card, or register the person first.")


class SeveralMeant(Refused):
    """More than one resident fits."""

    code = "several_learners_found"
    status = 422
    message = _("Several people fit. Choose one of them below.")


@refuses(NoLearnerMeant, SeveralMeant, QueryTooShort)
def learner_meant(*, typed: str, by: User) -> Person:
    """The one resident whom a card, the end of a phone number or a name means."""
    found = meant_by(typed, by)
    if not found:
        raise NoLearnerMeant(field="code")
    if len(found) > 1:
        raise SeveralMeant(field="code")
    return found[0]


@refuses(
    NotATraining,
    WrongState,
    SamePerson,
    AlreadySignedIn,
    OpIdUsed,
    TrainingFull,
    *refused_by(require_adult_present, require_consent, enrol_learner, call_roll),
)
@transaction.atomic
def sign_in_learner(
    *, session: ClassSession, learner: Person, method: str, op_id: UUID, came_at: dt.datetime, by: User, at: dt.datetime
) -> SignIn:
    """The learner is there: before the session begins as present, afterwards as late from this instant.

    `came_at` is what the device says and is at most `at`. Raises `NotATraining`, `WrongState` before the session has
    been opened, `SamePerson` for somebody who signs in alone, `AlreadySignedIn`, `TrainingFull`, `AdultNeeded` for a
    minor where the teacher is the only adult, and what `require_consent` and `enrol_learner` refuse.
    """
    run: ClassRun = lock(session.run)
    session = lock(session)
    if not run.course.is_training:
        raise NotATraining
    SESSION.check("call_roll", session.status)
    known = SignIn.objects.filter(op_id=op_id, session=session, learner=learner).first()
    if known is not None:
        return known
    require_two_persons(by, learner.pk)
    if any(rows.objects.filter(op_id=op_id).exists() for rows in (SignIn, AttendanceRecord)):
        raise OpIdUsed(field="op_id")
    if SignIn.objects.filter(session=session, learner=learner).exists():
        raise AlreadySignedIn
    require_consent(child=learner, purpose=EDUCATION_RECORD, on_date=day_in(run.station.zone, session.slot.starts_at))
    seat = _take_seat(run, learner, by=by, at=at)
    if seat.is_minor and session.adult_present_id == run.teacher_id:
        _require_another_adult(session, learner)
    came_at = min(came_at, at)
    made = SignIn.objects.create(
        op_id=op_id, session=session, learner=learner, method=method, came_at=came_at, received_at=at, signed_in_by=by
    )
    call_roll(session=session, marks=[_mark(made)], by=by, at=at)
    record_change(made, old="", new="signed_in", at=at, actor=by.pk)
    return made


@refuses(NotATraining, WrongState, PhotoUsed)
@transaction.atomic
def keep_sign_in_sheet(*, session: ClassSession, photo: StoredFile, by: User, at: dt.datetime) -> SignInSheet:
    """Keep the photo of a page that was signed by hand.

    Raises `WrongState` before the session has been opened, and `PhotoUsed` for a photo of another sheet.
    """
    session = lock(session)
    if not session.run.course.is_training:
        raise NotATraining
    SESSION.check("call_roll", session.status)
    with refused_as({"photo_is_of_one_sign_in_sheet": PhotoUsed}):
        made = SignInSheet.objects.create(session=session, photo=photo, kept_by=by, kept_at=at)
    record_change(made, old="", new="kept", at=at, actor=by.pk)
    return made


def _require_another_adult(session: ClassSession, minor: Person) -> None:
    """The session was opened without minors, with the teacher as the adult: as for a class of children from now on."""
    station, opened_at = session.run.station, present(session.opened_at)
    require_adult_present(adult=session.run.teacher, station=station, children=[minor], at=opened_at)


def _take_seat(run: ClassRun, learner: Person, *, by: User, at: dt.datetime) -> Enrolment:
    """A seat for whoever has none. Whoever waits in the line stays there until a seat is free."""
    seat = Enrolment.objects.filter(run=run, learner=learner).exclude(status=Enrolment.Status.WITHDRAWN).first()
    if seat is None:
        seat = enrol_learner(run=run, learner=learner, by=by, at=at)
    if seat.status == Enrolment.Status.WAITLISTED:
        raise TrainingFull
    return seat


def _mark(made: SignIn) -> Mark:
    in_time = made.came_at <= made.session.slot.starts_at
    presence = AttendanceRecord.Presence.PRESENT if in_time else AttendanceRecord.Presence.LATE
    return Mark(made.op_id, made.learner_id, presence, made.came_at, from_at=None if in_time else made.came_at)
