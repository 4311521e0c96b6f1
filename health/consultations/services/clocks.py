"""What happens when a clock has run out: the next doctor, the end, or a refund."""

import datetime as dt

from django.db import transaction

from core.database.db import present
from core.errors import refused_by, refuses
from health.consultations.models import Consultation
from health.consultations.services.sales import give_back, pass_on
from health.consultations.services.steps import due, locked, move, tell
from stations.people.models import Person

_S, _B = Consultation.Status, Consultation.Because


@refuses(*refused_by(due, give_back, pass_on))
@transaction.atomic
def run_clock(*, consultation: Consultation, at: dt.datetime) -> Consultation:
    """A doctor who was silent gives it to the next, nobody in time gives the fee back, a silent resident ends it.

    Whatever happened in the meantime has moved the clock: then nothing is done.
    """
    row = locked(consultation)
    if row.ended_at is not None:
        return row
    if row.doctor is None:
        if row.give_up_at <= at:
            _fail(row, at)
    elif present(row.due_at) <= at:
        if row.status == _S.ON_HOLD:
            _close_silent(row, at)
        elif row.replied_at is None and row.give_up_at <= at:
            _fail(row, at)
        else:
            _give_to_next(row, at)
    return row


@refuses(*refused_by(give_back, pass_on))
@transaction.atomic
def end_all_of(*, person: Person, at: dt.datetime) -> int:
    """Nobody is waited for any more: what was not answered comes back, what was answered is owed."""
    rows = list(Consultation.objects.filter(resident=person, ended_at=None).order_by("pk"))
    for each in rows:
        row = locked(each)
        if row.ended_at is not None:
            continue
        end_open(row, at=at)
    return len(rows)


@refuses(*refused_by(give_back, pass_on))
def end_open(row: Consultation, *, at: dt.datetime) -> None:
    """End one that is locked and open: what was answered is owed, else the fee comes back."""
    if row.doctor is not None and row.replied_at is not None:
        _close_silent(row, at)
    else:
        row.doctor = None
        move(row, _S.CANCELLED, at=at, actor=None)
        give_back(row, at=at)


def _give_to_next(row: Consultation, at: dt.datetime) -> None:
    """Another doctor may take it; where the resident has had an answer, there is as much time as at first."""
    row.doctor = None
    if row.replied_at is not None:
        row.give_up_at = due(row, "give_up_minutes", at)
    move(row, _S.ACCEPTED, at=at, actor=None, due_at=due(row, "claim_minutes", at))


def _close_silent(row: Consultation, at: dt.datetime) -> None:
    row.closed_because = _B.SILENT
    move(row, _S.COMPLETED, at=at, actor=None)
    pass_on(row, at=at)


def _fail(row: Consultation, at: dt.datetime) -> None:
    row.doctor, row.closed_because = None, _B.NO_DOCTOR
    move(row, _S.FAILED, at=at, actor=None)
    give_back(row, at=at)
    tell(row, "consultation_ended", at=at)
