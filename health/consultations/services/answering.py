"""At the clinic: sorted by nurse or doctor, taken by one doctor, answered, completed with a summary in the record."""

import datetime as dt

from django.db import transaction

from core.database.db import lock, present
from core.errors import WrongState, refused_by, refuses
from core.language.reasons import needs_words, no_identity_numbers
from health.consultations.machine import CONSULTATION
from health.consultations.models import Consultation, Message
from health.consultations.queries import has_diagnosis, has_photo, online_doctor
from health.consultations.refusals import (
    AlreadyClaimed,
    FirstVisitOnline,
    NotLicensedOnline,
    NotYourCase,
)
from health.consultations.services.sales import give_back, pass_on
from health.consultations.services.steps import due, locked, move, rule_of, say, tell
from health.records.models import AccessGrant
from health.records.services import grant_access, record_encounter, record_for
from stations.accounts.models import User

_S, _B = Consultation.Status, Consultation.Because
#: Why nurse or doctor send a request back.
REJECTED_BECAUSE = (_B.EMERGENCY, _B.FIRST_VISIT, _B.NOT_SUITABLE)


@refuses(NotYourCase)
def own_case(consultation: Consultation, by: User) -> Consultation:
    """The consultation, locked, of the doctor who has it."""
    consultation = locked(consultation)
    if consultation.doctor is None or consultation.doctor.user_id != by.pk:
        raise NotYourCase
    return consultation


@refuses(WrongState, FirstVisitOnline, *refused_by(due))
@transaction.atomic
def accept_case(*, consultation: Consultation, by: User, at: dt.datetime) -> Consultation:
    """Let doctors take it: a diagnosis is confirmed, or a photo shows that the resident was seen for this before."""
    consultation = locked(consultation)
    CONSULTATION.check("accept_case", consultation.status)
    if not has_diagnosis(consultation) and not has_photo(consultation):
        raise FirstVisitOnline
    move(consultation, _S.ACCEPTED, at=at, actor=by.pk, due_at=due(consultation, "claim_minutes", at))
    return consultation


@refuses(WrongState, *refused_by(give_back, rule_of))
@transaction.atomic
def reject_case(*, consultation: Consultation, because: str, by: User, at: dt.datetime) -> Consultation:
    """It cannot be done at a distance: the fee comes back, and the resident is told; in an emergency, whom to call."""
    consultation = locked(consultation)
    CONSULTATION.check("reject_case", consultation.status)
    consultation.closed_because = _B(because)
    move(consultation, _S.REJECTED, at=at, actor=by.pk)
    give_back(consultation, at=at)
    if because == _B.EMERGENCY:
        call = rule_of(consultation).parameters["call"]
        tell(consultation, "consultation_emergency", at=at, call=call)
    else:
        tell(consultation, "consultation_ended", at=at)
    return consultation


@refuses(AlreadyClaimed, NotLicensedOnline, *refused_by(due))
@transaction.atomic
def claim_case(*, consultation: Consultation, by: User, at: dt.datetime) -> Consultation:
    """One doctor takes it; of two who press, the second is told."""
    consultation = locked(consultation)
    CONSULTATION.check("claim_case", consultation.status)
    doctor = online_doctor(consultation.clinic, by, at)
    if doctor is None:
        raise NotLicensedOnline
    if consultation.give_up_at <= at:
        raise AlreadyClaimed
    consultation.doctor = doctor
    move(consultation, _S.IN_PROGRESS, at=at, actor=by.pk, due_at=due(consultation, "reply_minutes", at))
    return consultation


@refuses(WrongState, *refused_by(own_case, say, rule_of))
@needs_words("text")
@transaction.atomic
def answer_case(*, consultation: Consultation, text: str, by: User, at: dt.datetime) -> Consultation:
    """The doctor answers or asks; the resident is told that there is an answer, and has time."""
    consultation = own_case(consultation, by)
    CONSULTATION.check("answer_case", consultation.status)
    say(consultation, Message.Side.DOCTOR, text, (), by=by, at=at)
    consultation.replied_at = consultation.replied_at or at
    closes_at = at + dt.timedelta(hours=rule_of(consultation).parameters["close_hours"])
    move(consultation, _S.ON_HOLD, at=at, actor=by.pk, due_at=closes_at)
    tell(consultation, "consultation_answered", at=at, number=consultation.number)
    return consultation


@refuses(WrongState, *refused_by(own_case, record_encounter, pass_on))
@needs_words("summary")
@no_identity_numbers("advice")
@transaction.atomic
def complete_case(
    *, consultation: Consultation, summary: str, by: User, at: dt.datetime, advice: str = ""
) -> Consultation:
    """Close it with a summary, which stands in the record; the fee is owed to the clinic."""
    consultation = own_case(consultation, by)
    CONSULTATION.check("complete_case", consultation.status)
    record = record_for(clinic=consultation.clinic, resident=lock(consultation.resident), by=by, at=at)
    consultation.encounter = record_encounter(
        record=record,
        clinic=consultation.clinic,
        department=present(consultation.doctor).department,
        kind="VR",
        summary=summary,
        advice=advice,
        started_at=consultation.requested_at,
        by=by,
        at=at,
    )
    move(consultation, _S.COMPLETED, at=at, actor=by.pk)
    pass_on(consultation, at=at)
    if record.clinic_id != consultation.clinic_id:
        grant_access(record=record, clinic=consultation.clinic, reason=AccessGrant.Reason.CONSULTATION, at=at)
    tell(consultation, "consultation_answered", at=at, number=consultation.number)
    return consultation


@refuses(WrongState, *refused_by(own_case, give_back))
@transaction.atomic
def refer_case(*, consultation: Consultation, by: User, at: dt.datetime) -> Consultation:
    """The doctor finds that the resident must be seen in person: the fee comes back."""
    consultation = own_case(consultation, by)
    CONSULTATION.check("refer_case", consultation.status)
    consultation.closed_because = _B.REFERRED
    move(consultation, _S.FAILED, at=at, actor=by.pk)
    give_back(consultation, at=at)
    tell(consultation, "consultation_ended", at=at)
    return consultation
