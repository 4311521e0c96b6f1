"""A pupil of a roster gets a place in the class, as anybody does: with a guardian's consent, and not before."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.resident_ids import NumberInText
from education.courses.services import AlreadyEnrolled, enrol_learner, withdraw_enrolment
from education.rosters.models import RosterRecord, RosterSeat
from education.rosters.queries import seats_about, seats_to_try
from stations.accounts.models import User
from stations.people.queries import standing_record

#: Why a seat waits, besides the refusals of an enrolment.
UNTRIED, PUPIL_UNKNOWN, CLASS_UNKNOWN = "untried", "pupil_unknown", "class_unknown"
_S = RosterSeat.Status


def place_seat(seat: RosterSeat, *, by: User, at: dt.datetime) -> None:
    """Enrol the pupil where nothing stands against it; otherwise the seat says what it waits for."""
    matched, run = seat.pupil.learner, seat.school_class.run
    learner = standing_record(matched) if matched is not None else None
    if learner is None or run is None:
        seat.waits_for = PUPIL_UNKNOWN if learner is None else CLASS_UNKNOWN
    else:
        try:
            seat.enrolment = enrol_learner(run=run, learner=learner, by=by, at=at)
        except AlreadyEnrolled:
            seat.status, seat.waits_for = _S.ENROLLED, ""
        except Refused as refusal:
            seat.waits_for = refusal.code
        else:
            seat.status, seat.waits_for = _S.ENROLLED, ""
    seat.save()


@refuses(WrongState, NumberInText)
def end_seat(seat: RosterSeat, *, by: User, at: dt.datetime) -> None:
    """The school takes the pupil out of the class; an enrolment that was made for it ends, what was learnt stays."""
    enrolment = seat.enrolment
    if enrolment is not None and enrolment.status in enrolment.LIVE:
        withdraw_enrolment(enrolment=enrolment, by=by, at=at)
    seat.status, seat.waits_for = _S.ENDED, ""
    seat.save()


@refuses(WrongState, NumberInText)
def end_seats_of(records: Sequence[RosterRecord], *, by: User, at: dt.datetime) -> None:
    """A pupil has left the school, or a class is not taught any more."""
    gone = [record.pk for record in records]
    rows = RosterSeat.objects.exclude(status=_S.ENDED).filter(Q(pupil__in=gone) | Q(school_class__in=gone))
    for seat in rows.select_related("enrolment__run", "record"):
        end_seat(seat, by=by, at=at)


def place_seats_of(record: RosterRecord, *, by: User, at: dt.datetime) -> None:
    """Try the seats that wait for this pupil or this class."""
    for seat in seats_about(record).requested().select_related("pupil__learner", "school_class__run"):
        place_seat(seat, by=by, at=at)


@refuses(WrongState, NumberInText)
def free_seats_of(record: RosterRecord, *, by: User, at: dt.datetime) -> None:
    """It was somebody else, or another class: what was enrolled for it ends, and its seats wait again."""
    for seat in seats_about(record).filter(status=_S.ENROLLED).select_related("enrolment__run", "record"):
        end_seat(seat, by=by, at=at)
        seat.status, seat.waits_for, seat.enrolment = _S.REQUESTED, UNTRIED, None
        seat.save()


@refuses()
def try_waiting_seats(*, at: dt.datetime) -> int:
    """Those for whom a guardian has agreed meanwhile; how many were enrolled."""
    placed = 0
    for seat in seats_to_try(at):
        with transaction.atomic():
            fresh = lock(seat)
            by = seat.record.roster.applied_by
            if fresh.status == _S.REQUESTED and by is not None:
                fresh.pupil, fresh.school_class = seat.pupil, seat.school_class
                place_seat(fresh, by=by, at=at)
                placed += fresh.status == _S.ENROLLED
    return placed
