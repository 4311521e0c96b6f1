"""A lesson on its day: begun with an adult present, ended by the tutor, confirmed by the station, or missed."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from core.database.db import lock, present
from core.days import day_in
from core.errors import SamePerson, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words, no_identity_numbers
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import is_child
from education.safeguarding.services import (
    AdultNeeded,
    require_adult_present,
    require_consent,
    require_vetting,
)
from education.tutoring.models import SessionLearner, TutoringSession
from education.tutoring.queries import learners_of, standing_learners_of
from education.tutoring.services.giving_up import note_given_up
from education.tutoring.services.paying import HALF, WHOLE, owe_stipend
from education.tutoring.services.refusals import NoLearnerPresent, TutoringNotNow
from education.tutoring.services.steps import locked, tell_tutor
from scheduling.bookings.models import Booking
from scheduling.bookings.services import TooEarly, fulfil_booking, record_arrival, record_noshow
from scheduling.bookings.services.places import on_the_wall
from stations.accounts.models import User
from stations.people.models import Person
from stations.two_persons import is_same_person, require_two_persons

#: A lesson begins at most so long before its time; whoever is not there so long after it was missing.
BEFORE, WAITED = dt.timedelta(minutes=15), dt.timedelta(minutes=15)
Missing, _S = TutoringSession.Missing, Booking.Status


@refuses(WrongState, TutoringNotNow, AdultNeeded)
@refuses(*refused_by(require_consent, require_vetting, require_adult_present, record_arrival))
@transaction.atomic
def start_tutoring(
    *, session: TutoringSession, by: User, at: dt.datetime, adult: Person | None = None
) -> TutoringSession:
    """The lesson begins. Consents and the tutor's checks hold today; with a minor an adult is there, not the tutor.

    Raises `TutoringNotNow`, `ConsentMissing` (403), `VettingExpired`, `AdultNeeded`.
    """
    session = locked(session)
    if session.status != _S.BOOKED:
        raise WrongState(state=session.booking.get_status_display())
    slot, zone = present(session.booking.slot), session.booking.session.resource.zone
    if not slot.starts_at - BEFORE <= at < slot.ends_at:
        raise TutoringNotNow
    day = day_in(zone, slot.starts_at)
    _require_agreed(session, day=day, adult=adult, at=at)
    require_vetting(person=session.tutor.person, on_dates=[day])
    session.adult_present, session.started_at, session.started_by = adult, at, by
    session.save(update_fields=["adult_present", "started_at", "started_by", "updated_at"])
    session.booking = record_arrival(booking=session.booking, by=by, at=at)
    record_change(session, old=_S.BOOKED, new=_S.ARRIVED, at=at, actor=by.pk)
    return session


def _require_agreed(session: TutoringSession, *, day: dt.date, adult: Person | None, at: dt.datetime) -> None:
    """Consents of the day, and with a minor an adult who is not the tutor."""
    learners = standing_learners_of(session)
    for learner in learners:
        require_consent(child=learner, purpose=EDUCATION_RECORD, on_date=day)
    children = [learner for learner in learners if is_child(learner, day)]
    # Who was thought to be a minor at the time of booking has a consent there: the database asks for an adult as well.
    needs_adult = bool(children) or any(each.consent_id for each in session.learners.all())
    if adult is None:
        if needs_adult:
            raise AdultNeeded(field="adult")
        return
    if is_same_person(adult, session.tutor.person_id):
        raise AdultNeeded(field="adult")
    require_adult_present(adult=adult, station=session.station, children=children, at=at)


@refuses(WrongState, NoLearnerPresent, TutoringNotNow, *refused_by(fulfil_booking, owe_stipend))
@no_identity_numbers("notes")
@transaction.atomic
def finish_tutoring(
    *, session: TutoringSession, present_learners: Collection[UUID], by: User, at: dt.datetime, notes: str = ""
) -> TutoringSession:
    """The lesson took place with these learners. Again it changes nothing.

    Where the tutor has a rate, the stipend is owed once the station confirms. Raises `NoLearnerPresent` where nobody of
    the lesson is named, `TutoringNotNow` before its time has begun.
    """
    session = locked(session)
    if session.status == _S.FULFILLED:
        return session
    if session.status != _S.ARRIVED:
        raise WrongState(state=session.booking.get_status_display())
    if at < present(session.booking.slot).starts_at:
        raise TutoringNotNow
    there = {learner.pk for learner in learners_of(session)} & set(present_learners)
    if not there:
        raise NoLearnerPresent(field="present_learners")
    rows = SessionLearner.objects.filter(session=session)
    rows.update(was_present=False)
    rows.filter(learner__in=there).update(was_present=True)
    session.ended_at, session.notes = at, notes
    session.save(update_fields=["ended_at", "notes", "updated_at"])
    session.booking = fulfil_booking(booking=session.booking, by=by, at=at)
    record_change(session, old=_S.ARRIVED, new=_S.FULFILLED, at=at, actor=by.pk)
    if session.rate_minor is None:
        session = owe_stipend(session=session, share_bp=WHOLE, at=at)
    publish("education.tutoring_held", at=at, session=str(session.pk), station=session.station_id, learners=len(there))
    return session


@refuses(WrongState, SamePerson, *refused_by(owe_stipend))
@transaction.atomic
def confirm_tutoring(*, session: TutoringSession, by: User, at: dt.datetime) -> TutoringSession:
    """The station confirms that a lesson took place: its stipend is owed. Again it changes nothing.

    Raises `SamePerson` for the tutor.
    """
    session = _unconfirmed(session, by)
    if session.confirmed_at is not None:
        return session
    session.confirmed_at, session.confirmed_by = at, by
    session.save(update_fields=["confirmed_at", "confirmed_by", "updated_at"])
    record_change(session, old=_S.FULFILLED, new="confirmed", at=at, actor=by.pk)
    return owe_stipend(session=session, share_bp=WHOLE, at=at)


@refuses(WrongState, SamePerson, *refused_by(owe_stipend))
@needs_words("reason")
@transaction.atomic
def contest_tutoring(*, session: TutoringSession, reason: str, by: User, at: dt.datetime) -> TutoringSession:
    """The station says that a lesson did not take place: nothing is owed, and the tutor hears of it.

    Raises `SamePerson` for the tutor, `WrongState` for what was confirmed.
    """
    session = _unconfirmed(session, by)
    if session.confirmed_at is not None:
        raise WrongState(state=session.booking.get_status_display())
    session.contested_by = by
    session.save(update_fields=["contested_by", "updated_at"])
    session = owe_stipend(session=session, share_bp=0, at=at)
    record_change(session, old=_S.FULFILLED, new="contested", at=at, actor=by.pk, reason=reason)
    tell_tutor(session, "tutor_contested", at=at)
    return session


@refuses(WrongState, SamePerson)
def _unconfirmed(session: TutoringSession, by: User) -> TutoringSession:
    """A lesson, locked, that its tutor has ended; by somebody else. One that was contested is decided."""
    session = locked(session)
    is_contested = session.confirmed_at is None and session.stipend_minor is not None
    if session.status != _S.FULFILLED or is_contested:
        raise WrongState(state=session.booking.get_status_display())
    require_two_persons(by, session.tutor.person_id)
    return session


@refuses(WrongState, TooEarly, SamePerson, *refused_by(record_noshow, owe_stipend))
@transaction.atomic
def miss_tutoring(*, session: TutoringSession, missing: str, by: User, at: dt.datetime) -> TutoringSession:
    """Say which side did not come, from 15 minutes after the beginning on. Again it changes nothing.

    Where all learners were missing the tutor gets half; where the tutor was, nothing, and it counts. What the clock
    has called missed, without knowing by whom, is said here too. Raises `SamePerson` for the tutor who would be paid.
    """
    session = locked(session)
    if session.missing:
        return session
    booking, slot = session.booking, present(session.booking.slot)
    if booking.status not in {_S.BOOKED, _S.NOSHOW}:
        raise WrongState(state=booking.get_status_display())
    earliest = slot.starts_at + WAITED
    if at < earliest:
        raise TooEarly(**on_the_wall(earliest, booking.session))
    if missing == Missing.LEARNERS:
        require_two_persons(by, session.tutor.person_id)
    if booking.status == _S.BOOKED:
        session.booking = _end_waiting(booking, by=by, at=at)
    session.missing = missing
    session.save(update_fields=["missing", "updated_at"])
    record_change(session, old=booking.status, new=_S.NOSHOW, at=at, actor=by.pk, reason=missing)
    if missing == Missing.TUTOR:
        session = note_given_up(session, at=at)
    share = HALF if missing == Missing.LEARNERS else 0
    return owe_stipend(session=session, share_bp=share, at=at)


def _end_waiting(booking: Booking, *, by: User, at: dt.datetime) -> Booking:
    """The grace of the policy is for lessons about which nobody says anything."""
    lock(booking.session)
    booking = lock(booking)
    booking.noshow_after_at = min(at, present(booking.noshow_after_at))
    booking.save(update_fields=["noshow_after_at", "updated_at"])
    return record_noshow(booking=booking, by=by, at=at)
