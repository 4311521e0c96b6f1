"""Lessons are cancelled: by the family, the tutor or the station, one or all later ones, or because a consent ended."""

import datetime as dt
from collections.abc import Sequence

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from core.database.db import lock_all, present
from core.errors import WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from education.safeguarding.purposes import EDUCATION_RECORD
from education.tutoring.models import SessionLearner, TutoringSession
from education.tutoring.queries import sessions
from education.tutoring.services.giving_up import note_given_up
from education.tutoring.services.paying import HALF, owe_stipend
from education.tutoring.services.steps import locked, tell_all
from scheduling.bookings.models import Booking
from scheduling.bookings.services import Scope, SessionStarted, cancel_booking
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person
from stations.two_persons import is_same_person

CancelledBy, _S = Booking.CancelledBy, Booking.Status


class Side(models.TextChoices):
    """On whose side the reason lies."""

    FAMILY = "resident", pgettext_lazy("cancels a lesson", "the family")
    TUTOR = "provider", pgettext_lazy("cancels a lesson", "the tutor")
    STATION = "station", pgettext_lazy("cancels a lesson", "the station")


_CODES = {Side.FAMILY: "family-cancelled", Side.TUTOR: "tutor-cancelled", Side.STATION: "station-cancelled"}


@refuses(WrongState, SessionStarted, *refused_by(cancel_booking, owe_stipend))
@needs_words("reason")
@transaction.atomic
def cancel_tutoring(
    *,
    session: TutoringSession,
    side: str,
    reason: str,
    by: User,
    at: dt.datetime,
    scope: str = Scope.THIS,
) -> TutoringSession:
    """Give up a lesson, or with it the later ones or all that are ahead of its series. Again it changes nothing.

    A tutor cancels for the tutor alone. Later than 12 hours before, the family's side owes the tutor half; what the
    tutor cancels brings nothing and counts. Everybody is told once.
    """
    session = locked(session)
    if session.status == _S.CANCELLED:
        return session
    if session.status != _S.BOOKED:
        raise WrongState(state=session.booking.get_status_display())
    if present(session.booking.slot).starts_at <= at:
        raise SessionStarted
    if is_same_person(by, session.tutor.person_id):
        side = Side.TUTOR
    rows = [session] if scope == Scope.THIS else list(_meant(session, scope, at=at))
    for row in rows:
        _cancel(row, side, _CODES[Side(side)], by=by, at=at, comment=reason)
        record_change(row, old=_S.BOOKED, new=_S.CANCELLED, at=at, actor=by.pk, reason=reason)
    for row in rows:
        if side == Side.TUTOR:
            note_given_up(row, at=at)
        late = side == Side.FAMILY and row.booking.is_late
        owe_stipend(session=row, share_bp=HALF if late else 0, at=at)
    tell_all(rows, "cancelled", by=by, at=at)
    return sessions().get(pk=session.pk)


@refuses(WrongState, SessionStarted)
@transaction.atomic
def end_lessons(*, child: Person, purpose: str, by: User | None, at: dt.datetime) -> int:
    """A consent has ended: the lessons to come that rest on it are cancelled, and everybody is told; how many."""
    if purpose != EDUCATION_RECORD:
        return 0
    resting = _of(child).filter(consent__isnull=False)
    return cancel_ahead(_with(resting), "consent-withdrawn", by=by, at=at)


@refuses(WrongState, SessionStarted)
@transaction.atomic
def end_all_lessons(*, person: Person, at: dt.datetime) -> int:
    """A learner or a tutor has died: nobody waits for a lesson; how many were cancelled."""
    records = Person.objects.of_people(person.pk).values("pk")
    ended = Q(pk__in=_of(person).values("session")) | Q(tutor__person__in=records)
    return cancel_ahead(sessions().filter(ended), "person-died", by=None, at=at)


@refuses(WrongState, SessionStarted)
@transaction.atomic
def end_lessons_at(*, station: Station, at: dt.datetime) -> int:
    """A station is closed for good: nobody waits there for a lesson; how many were cancelled."""
    return cancel_ahead(sessions().filter(station=station), "station-closed", by=None, at=at)


@refuses(WrongState, SessionStarted)
def cancel_ahead(rows: QuerySet[TutoringSession], reason_code: str, *, by: User | None, at: dt.datetime) -> int:
    """Cancel what is booked and to come, by nobody's fault, in the order in which bookings are locked; how many."""
    ahead = rows.filter(booking__status=_S.BOOKED, booking__slot__starts_at__gt=at)
    found = list(ahead.order_by("booking__session_id", "booking_id"))
    for row in found:
        _cancel(row, CancelledBy.SYSTEM, reason_code, by=by, at=at)
        actor = by.pk if by else None
        record_change(row, old=_S.BOOKED, new=_S.CANCELLED, at=at, actor=actor, reason=reason_code)
    for told in _together(found):
        tell_all(told, "cancelled", by=by, at=at)
    return len(found)


def _meant(session: TutoringSession, scope: str, *, at: dt.datetime) -> QuerySet[TutoringSession]:
    """What is cancelled of a series; of a lesson that was booked alone, this one."""
    series, no = session.booking.series_id, session.booking.occurrence_no
    rows = sessions().filter(booking__status=_S.BOOKED, booking__slot__starts_at__gt=at)
    rows = rows.filter(booking__series=series) if series else rows.filter(pk=session.pk)
    rows = rows.filter(booking__occurrence_no__gte=no) if series and scope == Scope.LATER else rows
    lock_all(TutoringSession.objects.filter(pk__in=rows.values("pk")))
    return rows.order_by("booking__session_id", "booking_id")


def _cancel(
    session: TutoringSession,
    cancelled_by: str,
    reason_code: str,
    *,
    by: User | None,
    at: dt.datetime,
    comment: str = "",
) -> None:
    session.booking = cancel_booking(
        booking=session.booking, cancelled_by=cancelled_by, reason_code=reason_code, by=by, at=at, comment=comment
    )


def _of(learner: Person) -> QuerySet[SessionLearner]:
    """Under whichever of the person's records it was booked."""
    return SessionLearner.objects.filter(learner__in=Person.objects.of_people(learner.pk).values("pk"))


def _with(learners: QuerySet[SessionLearner]) -> QuerySet[TutoringSession]:
    return sessions().filter(pk__in=learners.values("session"))


def _together(rows: Sequence[TutoringSession]) -> list[list[TutoringSession]]:
    """What is told together: the lessons of one tutor with the same learners."""
    groups: dict[tuple[object, ...], list[TutoringSession]] = {}
    for row in rows:
        who = tuple(sorted(each.learner_id for each in row.learners.all()))
        groups.setdefault((row.tutor_id, who), []).append(row)
    return list(groups.values())
