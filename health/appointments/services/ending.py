"""On the day and before it: given up, arrived, served, absent; and residents who are told that a doctor is away."""

import datetime as dt

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from health.appointments.models import Appointment
from health.appointments.queries import absences_counted, appointments, ban_of, open_offer, to_call
from health.appointments.services.settling import settle_fee
from health.hospitals.queries import policy_of
from scheduling.bookings import services as bookings
from scheduling.bookings.models import Booking
from stations.accounts.models import User
from stations.people.models import Person

CancelledBy = Booking.CancelledBy


class Reason(models.TextChoices):
    """Why a station gives a registration up; nothing of health."""

    CANNOT_COME = "cannot-come", _("The resident cannot come")
    NOT_NEEDED = "not-needed", _("The resident does not need it any more")
    STATION_MISTAKE = "station-mistake", _("We registered the wrong thing")


class NothingToCall(Refused):
    """Nobody has to be told of this one."""

    code = "nothing_to_call"
    message = _("No call is needed for this appointment.")


class NotRestricted(Refused):
    """The hospital registers the patient: too few absences, or they are excused or long ago."""

    code = "not_restricted"
    message = _("Nothing stands against registering this patient.")


class NoOffer(Refused):
    """No place waits for an answer."""

    code = "no_offer"
    message = _("No place is offered now.")


class MovedMeanwhile(Refused):
    """Somebody has moved it since it was read: what would be cancelled is another time."""

    code = "moved_meanwhile"
    message = _("This registration has just been moved to another time. Look at it again.")


@refuses(MovedMeanwhile, *refused_by(bookings.cancel_booking, settle_fee))
@transaction.atomic
def cancel_appointment(
    *, appointment: Appointment, reason: str, by: User, at: dt.datetime, comment: str = ""
) -> Appointment:
    """Give a registration up, or a place in the line; the refund that the rules leave is granted at once.

    After the deadline the resident gets the share of the policy; the mistake of a station costs the resident nothing.
    """
    is_mistake = reason == Reason.STATION_MISTAKE
    cancelled = bookings.cancel_booking(
        booking=appointment.booking,
        cancelled_by=CancelledBy.STATION if is_mistake else CancelledBy.RESIDENT,
        reason_code=reason,
        comment=comment,
        by=by,
        at=at,
    )
    refuse_moved(cancelled)
    return settle_fee(appointment=appointment, at=at)


@refuses(MovedMeanwhile)
def refuse_moved(booking: Booking) -> None:
    """Refuse a booking, read under its locks, in whose place there is one at another time."""
    if booking.replaced_by_id is not None:
        raise MovedMeanwhile


@refuses(NoOffer, *refused_by(bookings.decline_offer, settle_fee))
@transaction.atomic
def decline_offer(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The resident does not want the place that is offered, and leaves the line."""
    offer = open_offer(appointment.booking)
    if offer is None:
        raise NoOffer
    bookings.decline_offer(offer=offer, by=by, at=at)
    return settle_fee(appointment=appointment, at=at)


@refuses(*refused_by(bookings.record_arrival))
@transaction.atomic
def record_arrival(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The resident is there, on the day itself."""
    bookings.record_arrival(booking=appointment.booking, by=by, at=at)
    return _again(appointment)


@refuses(*refused_by(bookings.check_in))
@transaction.atomic
def check_in(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The patient waits at the desk of the hospital."""
    bookings.check_in(booking=appointment.booking, by=by, at=at)
    return _again(appointment)


@refuses(*refused_by(bookings.fulfil_booking, settle_fee))
@transaction.atomic
def record_served(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The doctor has seen the patient: the hospital earns its fee."""
    bookings.fulfil_booking(booking=appointment.booking, by=by, at=at)
    return settle_fee(appointment=appointment, at=at)


@refuses(*refused_by(bookings.record_noshow, settle_fee))
@transaction.atomic
def record_absent(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The patient did not come."""
    bookings.record_noshow(booking=appointment.booking, by=by, at=at)
    return settle_fee(appointment=appointment, at=at)


@refuses(*refused_by(bookings.correct_noshow, settle_fee))
@transaction.atomic
def correct_absent(*, appointment: Appointment, reason: str, by: User, at: dt.datetime) -> Appointment:
    """The patient came after all, says the desk within a day: the hospital earns its fee."""
    bookings.correct_noshow(booking=appointment.booking, reason=reason, by=by, at=at)
    if lock(appointment).settled_at is not None:
        raise bookings.TooLateToCorrect
    return settle_fee(appointment=appointment, at=at)


@refuses(*refused_by(bookings.agree_to_move))
@transaction.atomic
def agree_to_move(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The resident comes at the time to which the hospital has moved the clinic."""
    bookings.agree_to_move(booking=appointment.booking, by=by, at=at)
    return _again(appointment)


@refuses(NotRestricted)
@needs_words("reason")
@transaction.atomic
def lift_restriction(*, appointment: Appointment, reason: str, by: User, at: dt.datetime) -> Appointment:
    """The hospital excuses the absences that stand against a patient, and registers the patient again; with a reason.

    What was paid stays settled as it is; absences from now on count anew.
    """
    hospital = appointment.hospital
    lock(appointment.resident)
    policy = policy_of(hospital)
    if policy is None or ban_of(appointment.resident, policy, today=day_in(hospital.zone, at)) is None:
        raise NotRestricted
    excused = lock_all(absences_counted(appointment.resident, hospital.pk))
    Appointment.objects.filter(pk__in=[each.pk for each in excused]).update(excused_at=at, updated_at=at)
    record_changes(excused, old="absent", new="excused", at=at, actor=by.pk, reason=reason)
    return _again(appointment)


@refuses(NothingToCall)
@transaction.atomic
def record_call(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The resident was told that the hospital has cancelled; again it changes nothing."""
    row = lock(appointment)
    if row.called_at is not None:
        return _again(appointment)
    if not to_call(Appointment.objects.filter(pk=row.pk), at=at).exists():
        raise NothingToCall
    row.called_at, row.called_by = at, by
    row.save(update_fields=["called_at", "called_by", "updated_at"])
    record_change(row, old="", new="called", at=at, actor=by.pk)
    return _again(appointment)


@refuses(*refused_by(bookings.cancel_booking, settle_fee))
@transaction.atomic
def cancel_all_of(*, person: Person, reason_code: str, at: dt.datetime) -> int:
    """Nobody comes any more: every registration that is ahead is cancelled by the system, fees come back.

    Those of records that were merged into this one, too.
    """
    records = Person.objects.of_people(person.pk)
    ahead = Appointment.objects.filter(resident__in=records, booking__status__in=Booking.ACTIVE)
    rows = list(ahead.select_related("booking__session").order_by("booking__session_id", "pk"))
    for row in rows:
        try:
            _cancel_wherever(row.booking, reason_code=reason_code, at=at)
        except (WrongState, bookings.SessionStarted):
            continue  # it has begun: the desk says what became of it
        settle_fee(appointment=row, at=at)
    _release_held_times(records, reason_code=reason_code, at=at)
    return len(rows)


def _cancel_wherever(booking: Booking, *, reason_code: str, at: dt.datetime) -> None:
    """Cancel what is booked, also at the time to which somebody moves it at this moment."""
    cancelled = bookings.cancel_booking(
        booking=booking, cancelled_by=CancelledBy.SYSTEM, reason_code=reason_code, by=None, at=at
    )
    if cancelled.replaced_by is not None:
        _cancel_wherever(cancelled.replaced_by, reason_code=reason_code, at=at)


def _release_held_times(records: models.QuerySet[Person], *, reason_code: str, at: dt.datetime) -> None:
    """Places that were kept because a doctor is away; the fees come back as their end is heard."""
    kept = Booking.objects.filter(
        subject__in=records, instead_of__appointment__isnull=False, status=Booking.Status.PENDING
    )
    for booking in kept.select_related("session").order_by("session_id", "pk"):
        bookings.cancel_booking(
            booking=booking, cancelled_by=CancelledBy.SYSTEM, reason_code=reason_code, by=None, at=at
        )


def _again(appointment: Appointment) -> Appointment:
    return appointments().get(pk=appointment.pk)
