"""Numbers that the hospital's own people give to their patients, also through a system of theirs.

The fee is paid at the hospital: no money of ours moves. All else is as at a counter: document, consent, rules, number.
"""

import datetime as dt

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.codes import free_digits
from core.database.db import lock
from core.errors import Refused, refused_by, refuses
from core.keys.own import own_key
from health.appointments.models import CODE_DIGITS, Appointment
from health.appointments.queries import appointments
from health.appointments.services.booking import (
    exclusivity_key,
    made_before,
    make_appointment,
    refuse_resident,
    refuse_unidentified,
    terms_of,
)
from health.appointments.services.ending import refuse_moved
from health.appointments.services.settling import settle_fee
from health.appointments.services.telling import tell_of_booking
from health.hospitals.models import OWNER_KIND
from scheduling.bookings.models import Booking
from scheduling.bookings.services import cancel_booking, confirm_booking, hold_place, tell_of_cancellation
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import standing_record

CancelledBy = Booking.CancelledBy


class DeskReason(models.TextChoices):
    """Why a number is given up at the desk of the hospital; nothing of health."""

    CANNOT_COME = "cannot-come", _("The patient cannot come")
    CANCELLED_AT_DESK = "cancelled-at-desk", _("The hospital cannot see the patient")


REASONS = {CancelledBy.RESIDENT: DeskReason.CANNOT_COME, CancelledBy.PROVIDER: DeskReason.CANCELLED_AT_DESK}


class SystemKeepsNumbers(Refused):
    """The hospital has a system of its own: a number of ours would be sold there again."""

    code = "system_keeps_numbers"
    message = _("The hospital’s own system keeps its numbers. Register the patient there.")


class NotHeldAtDesk(Refused):
    """A station holds it, or the hospital's system is being asked: it is booked there."""

    code = "not_held_at_desk"
    message = _("This number was not held at the desk of the hospital.")


@refuses(SystemKeepsNumbers, *refused_by(terms_of, refuse_resident, hold_place))
@transaction.atomic
def hold_at_desk(*, slot: Slot, resident: Person, by: User, at: dt.datetime, key: str) -> Appointment:
    """Hold a place of the own hospital for a patient for some minutes; the same key gives what it made."""
    resident = lock(resident)
    pressed = own_key(by.pk, f"{resident.pk}:{slot.pk}:{key}")
    known = made_before(pressed)
    if known is not None:
        return appointments().get(pk=known.pk)
    wanted = terms_of(slot.session, at=at)
    if wanted.hospital.system_id is not None:
        raise SystemKeepsNumbers
    refuse_resident(resident, wanted, slot.session, at=at)
    lock(slot.session)
    booking = hold_place(
        slot=slot,
        subject=resident,
        owner_kind=OWNER_KIND,
        exclusivity_key=exclusivity_key(wanted, slot.session.local_date, resident),
        public_place=wanted.hospital.place_in(resident.language),
        language=resident.language,
        by=by,
        at=at,
        key=pressed,
    )
    made = make_appointment(booking, resident, wanted)
    made.has_station_fee = False
    made.save(force_insert=True)
    return appointments().get(pk=made.pk)


@refuses(NotHeldAtDesk, *refused_by(refuse_unidentified, confirm_booking))
@transaction.atomic
def book_at_desk(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """Give the next number and a code to what was held at the desk; again it changes nothing."""
    lock(appointment.booking.session)
    booking = lock(appointment.booking)
    row = lock(Appointment.objects.select_related("resident", "hospital").get(pk=appointment.pk))
    if row.has_station_fee or row.asked_ref is not None or booking.station_id is not None:
        raise NotHeldAtDesk
    if row.code:
        return appointments().get(pk=row.pk)
    refuse_unidentified(standing_record(row.resident))
    row.booking = confirm_booking(booking=booking, by=by, at=at)
    row.code = free_digits(Appointment.objects.filter(hospital=row.hospital), "code", digits=CODE_DIGITS)
    row.save(update_fields=["code", "updated_at"])
    made = appointments().get(pk=row.pk)
    tell_of_booking(made, at=at)
    return made


@refuses(*refused_by(hold_at_desk, book_at_desk))
@transaction.atomic
def register_at_desk(*, slot: Slot, resident: Person, by: User, at: dt.datetime, key: str) -> Appointment:
    """Hold and book in one step: the next number of a slot of the own hospital; the same key gives what it made."""
    held = hold_at_desk(slot=slot, resident=resident, by=by, at=at, key=key)
    return book_at_desk(appointment=held, by=by, at=at)


@refuses(SystemKeepsNumbers, *refused_by(cancel_booking, refuse_moved, settle_fee))
@transaction.atomic
def cancel_at_desk(*, appointment: Appointment, cancelled_by: str, by: User, at: dt.datetime) -> Appointment:
    """Give up a number of the own hospital, wherever it was sold: at the patient's word or by the hospital; once.

    By the hospital it costs nobody anything, and the patient is told; at the patient's word it counts as at a counter.
    """
    if appointment.asked_ref is not None:
        raise SystemKeepsNumbers
    cancelled = cancel_booking(
        booking=appointment.booking,
        cancelled_by=cancelled_by,
        reason_code=REASONS[CancelledBy(cancelled_by)].value,
        by=by,
        at=at,
    )
    refuse_moved(cancelled)
    if cancelled.cancelled_by == CancelledBy.PROVIDER:
        tell_of_cancellation(cancelled, (cancelled.slot or cancelled.session).starts_at, at=at)
    return settle_fee(appointment=appointment, at=at)
