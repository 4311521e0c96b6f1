"""Lessons are booked with a tutor: one, or one every week; every date is checked, and all are booked or none."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from core.database.db import lock, lock_all, present
from core.days import clock_in, day_in
from core.errors import Refused, refused_by, refuses
from core.history import record_changes
from core.keys.own import own_key
from core.resident_ids import NumberInText, refuse_number
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import Agreements, VettedDays
from education.safeguarding.services import ConsentMissing, VettingExpired
from education.tutoring.models import SessionLearner, Tutor, TutoringSession
from education.tutoring.models.lessons import MOST_LEARNERS
from education.tutoring.queries import TutorLoad, sessions, today_of
from education.tutoring.services.refusals import (
    LearnersWrong,
    SubjectNotTaught,
    TutorDayFull,
    TutorElsewhere,
    TutorNotActive,
    TutorWeekFull,
)
from education.tutoring.services.steps import tell_all
from scheduling.bookings import services as bookings
from scheduling.bookings.models import Booking
from scheduling.bookings.patterns import Pattern
from scheduling.bookings.services import SeriesOwner, SeriesReport, SlotUnavailable
from scheduling.bookings.services.places import Attendee
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services import refuse_unless_open
from stations.people.history import purpose_words
from stations.people.models import Consent, Person
from stations.people.services.registration import PersonGone
from stations.two_persons import is_same_person

OWNER_KIND, SERVICE = "education.tutoring", "tutoring"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who learns what with whom, and where: what stands once, or every week."""

    tutor: Tutor
    learners: tuple[Person, ...]
    station: Station
    subject: str
    mode: str
    topic: str = ""


_CHECKS = (NumberInText, PersonGone, TutorNotActive, TutorElsewhere, SubjectNotTaught, LearnersWrong)
_DATES = (ConsentMissing, VettingExpired, TutorDayFull, TutorWeekFull)


class _Dates:
    """What stands against any date of a wish: consents, checks of the tutor, full days; four statements for all."""

    def __init__(self, wish: Wish, *, at: dt.datetime) -> None:
        self.wish = wish
        self.agreements = Agreements(wish.learners, EDUCATION_RECORD)
        self.vetted = VettedDays(wish.tutor.person)
        self.load = TutorLoad(wish.tutor, since=today_of(wish.tutor, at))

    def refusal(self, day: dt.date) -> Refused | None:
        """The first thing that stands against a lesson on this day of the tutor's calendar."""
        if any(self.agreements.is_missing(learner, day) for learner in self.wish.learners):
            return ConsentMissing(purpose=str(purpose_words(EDUCATION_RECORD)), day=day)
        if not self.vetted.holds(day):
            return VettingExpired(dates=day.isoformat())
        if self.load.day_is_full(day):
            return TutorDayFull(most=self.wish.tutor.max_per_day, day=day)
        if self.load.week_is_full(day):
            return TutorWeekFull(most=self.wish.tutor.max_per_week, day=day)
        return None


@refuses(*_CHECKS, *_DATES, SlotUnavailable)
@refuses(*refused_by(refuse_unless_open, bookings.hold_place, bookings.confirm_booking))
@transaction.atomic
def book_tutoring(*, wish: Wish, starts_at: dt.datetime, by: User, at: dt.datetime, key: str) -> TutoringSession:
    """Book one lesson at this instant. The same key gives the lesson that it made.

    Consents and checks are asked for on the day of the lesson. Family and tutor are told.
    """
    pressed = own_key(by.pk, key)
    known = sessions().filter(booking__owner_kind=OWNER_KIND, booking__key=pressed).first()
    if known is not None:
        return known
    wish = _agreed_under_lock(wish, by=by, at=at)
    dates = _Dates(wish, at=at)
    slot = Slot.objects.filter(session__offering=wish.tutor.offering_id, starts_at=starts_at, state="open").first()
    if slot is None:
        raise SlotUnavailable(field="starts_at")
    refusal = dates.refusal(day_in(wish.tutor.resource.zone, starts_at))
    if refusal is not None:
        raise refusal
    subject, *others = wish.learners
    booking = bookings.hold_place(
        slot=slot,
        subject=subject,
        others=[Attendee(each) for each in others],
        owner_kind=OWNER_KIND,
        station=wish.station,
        public_place=wish.station.name,
        language=subject.language,
        by=by,
        at=at,
        key=pressed,
    )
    booking = bookings.confirm_booking(booking=booking, by=by, at=at)
    [made] = _write(wish, [booking], dates.agreements, by=by, at=at)
    return made


@refuses(*_CHECKS, *refused_by(bookings.preview_series))
def preview_tutoring_series(*, wish: Wish, pattern: Pattern, at: dt.datetime) -> SeriesReport:
    """Each date with what stands against it and other times near it; nothing is booked or written."""
    _check(wish)
    return bookings.preview_series(
        offering=wish.tutor.offering,
        resource=wish.tutor.resource,
        pattern=pattern,
        subject=wish.learners[0],
        owner=_owner(wish, _Dates(wish, at=at)),
        at=at,
    )


@refuses(*_CHECKS, *_DATES, *refused_by(refuse_unless_open, bookings.book_series))
@transaction.atomic
def book_tutoring_series(
    *,
    wish: Wish,
    pattern: Pattern,
    chosen: Mapping[int, dt.datetime],
    by: User,
    at: dt.datetime,
    key: str,
) -> TutoringSession:
    """Book the chosen dates, by their number in the pattern, each at its own or another instant: all or none.

    The first lesson. The same key gives what it made. Family and tutor are told once.
    """
    pressed = own_key(by.pk, key)
    known = _of_series(pressed)
    if known:
        return known[0]
    wish = _agreed_under_lock(wish, by=by, at=at)
    dates = _Dates(wish, at=at)
    series = bookings.book_series(
        offering=wish.tutor.offering,
        resource=wish.tutor.resource,
        pattern=pattern,
        chosen=chosen,
        subject=wish.learners[0],
        owner=_owner(wish, dates),
        by=by,
        at=at,
        key=pressed,
    )
    known = _of_series(pressed)
    if known:
        return known[0]
    rows = list(series.bookings.select_related("session").order_by("occurrence_no"))
    _refuse_crowded(wish.tutor, [row.session.local_date for row in rows], at=at)
    return _write(wish, rows, dates.agreements, by=by, at=at)[0]


def pattern_of(slot: Slot, *, count: int) -> Pattern:
    """Every week at the time of this slot, so many times."""
    zone = slot.session.resource.zone
    return Pattern(first_date=slot.session.local_date, clock=clock_in(zone, slot.starts_at), count=count)


def _check(wish: Wish) -> None:
    refuse_number(wish.topic, field="topic")
    if wish.tutor.status != Tutor.Status.ACTIVE or wish.tutor.person.died_date:
        raise TutorNotActive
    if wish.tutor.county_id != wish.station.county_id:
        raise TutorElsewhere(field="tutor")
    if wish.subject not in wish.tutor.subjects:
        raise SubjectNotTaught(field="subject")
    if any(learner.died_date for learner in wish.learners):
        raise PersonGone
    ids = [learner.pk for learner in wish.learners]
    is_own = any(is_same_person(learner, wish.tutor.person_id) for learner in wish.learners)
    if not 1 <= len(ids) <= MOST_LEARNERS or len(set(ids)) < len(ids) or is_own:
        raise LearnersWrong(field="learners")


def _agreed_under_lock(wish: Wish, *, by: User, at: dt.datetime) -> Wish:
    """The wish with its tutor locked, and the consents: who withdraws one waits, and then finds the new lessons."""
    refuse_unless_open(wish.station, SERVICE, by=by, at=at)
    lock(wish.tutor)
    tutor = Tutor.objects.select_related("person", "login", "resource", "offering").get(pk=wish.tutor.pk)
    held = Wish(**{**vars(wish), "tutor": tutor})
    _check(held)
    lock_all(Consent.objects.filter(person__in=wish.learners, purpose=EDUCATION_RECORD, withdrawn_at=None))
    return held


def _owner(wish: Wish, dates: _Dates) -> SeriesOwner:
    return SeriesOwner(
        OWNER_KIND,
        station=wish.station,
        check=dates.refusal,
        place=wish.station.name,
        language=wish.learners[0].language,
        others=tuple(Attendee(each) for each in wish.learners[1:]),
    )


def _refuse_crowded(tutor: Tutor, days: Sequence[dt.date], *, at: dt.datetime) -> None:
    """Dates that took other times may meet on one day or in one week: what was written is counted again."""
    load = TutorLoad(tutor, since=today_of(tutor, at))
    for day in days:
        if load.day_is_full(day, with_lessons=0):
            raise TutorDayFull(most=tutor.max_per_day, day=day)
        if load.week_is_full(day, with_lessons=0):
            raise TutorWeekFull(most=tutor.max_per_week, day=day)


def _write(
    wish: Wish, rows: Sequence[Booking], agreements: Agreements, *, by: User, at: dt.datetime
) -> list[TutoringSession]:
    """The lessons of these bookings with their learners, each with the consent of its day; two statements."""
    slots = Slot.objects.in_bulk([row.slot_id for row in rows])
    made = [
        TutoringSession(
            booking=row,
            tutor=wish.tutor,
            station=wish.station,
            subject=wish.subject,
            topic=wish.topic,
            mode=wish.mode,
            minutes=int((slot.ends_at - slot.starts_at).total_seconds()) // 60,
            rate_minor=wish.tutor.rate_minor,
            currency=wish.tutor.currency,
        )
        for row in rows
        for slot in [slots[present(row.slot_id)]]
    ]
    TutoringSession.objects.bulk_create(made)
    SessionLearner.objects.bulk_create(
        SessionLearner(
            session=each,
            place=place,
            learner=learner,
            consent=agreements.needed_of(learner, each.booking.session.local_date),
        )
        for each in made
        for place, learner in enumerate(wish.learners, start=1)
    )
    record_changes(made, old="", new="booked", at=at, actor=by.pk)
    written = list(sessions().filter(pk__in=[each.pk for each in made]).order_by("booking__slot__starts_at", "pk"))
    tell_all(written, "booked", by=by, at=at)
    return written


def _of_series(key: str) -> list[TutoringSession]:
    rows = sessions().filter(booking__series__owner_kind=OWNER_KIND, booking__series__key=key)
    return list(rows.order_by("booking__slot__starts_at", "pk"))
