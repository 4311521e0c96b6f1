"""A doctor is away: another time is kept for each resident, and taken, or the fee comes back."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all, present
from core.days import clock_in, day_in
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.keys.own import own_key
from core.notices.services import notify
from core.signed_refs import new_ref
from health.appointments.links import address_of
from health.appointments.models import Appointment
from health.appointments.queries import appointments, has_agreed, lost_its_doctor, sessions_instead
from health.appointments.services.booking import (
    IdentityNotConfirmed,
    TooYoung,
    refuse_unidentified,
    refuse_young,
)
from health.appointments.services.ending import NoOffer
from health.appointments.services.settling import settle_fee
from health.appointments.services.telling import tell_of_booking
from health.hospitals.queries import day_key, doctor_of
from scheduling.bookings.models import Booking
from scheduling.bookings.queries import held_instead
from scheduling.bookings.services import (
    SlotUnavailable,
    cancel_booking,
    confirm_booking,
    hold_instead,
    keep_instead,
)
from scheduling.calendars.models import Session, Slot
from stations.accounts.models import User
from stations.people.queries import standing_record
from stations.people.services.consents import ConsentMissing
from stations.people.services.registration import PersonGone

CancelledBy = Booking.CancelledBy


class RebookingOver(Refused):
    """Nothing is kept any more, and the fee is on its way back."""

    code = "rebooking_over"
    message = _("No time is kept any more, and the fee is refunded. Register the resident again.")


class NotTheSameClinic(Refused):
    """What was paid pays for the same department and grade only."""

    code = "not_the_same_clinic"
    status = 422
    message = _("What was paid is good for the same department and kind of clinic only.")


@transaction.atomic
def keep_another_time(*, appointment: Appointment, at: dt.datetime) -> Appointment:
    """Keep a place for one whose doctor is away: another doctor of the department and grade, else another day.

    The fee waits with it. Nothing is kept for who has died or no longer agrees, whose record was merged, on a day on
    which the resident is too young, or where the hospital's own system keeps the numbers. Again it changes nothing.
    """
    resident = appointment.resident
    if appointment.hospital.system_id is not None or not lost_its_doctor(appointment):
        return appointment
    if resident.died_date is not None or resident.merged_into_id is not None or not has_agreed(resident):
        return appointment
    if held_instead(appointment.booking) is not None:
        return appointment
    slots = [present(each.slot) for each in sessions_instead(appointment, at=at)]
    kept = keep_instead(
        booking=appointment.booking,
        slots=slots,
        key_of=lambda date: day_key(appointment.doctor.department_id, date, resident.pk),
        at=at,
    )
    if kept is None:
        return appointment
    row = lock(Appointment.objects.get(pk=appointment.pk))
    row.link_ref = new_ref()
    row.save(update_fields=["link_ref", "updated_at"])
    _tell_of_held_time(row, kept, at=at)
    return appointments().get(pk=row.pk)


@refuses(
    *(RebookingOver, NotTheSameClinic, PersonGone, IdentityNotConfirmed, ConsentMissing, TooYoung),
    *refused_by(confirm_booking, cancel_booking, hold_instead),
)
@transaction.atomic
def rebook_appointment(
    *, appointment: Appointment, by: User | None, at: dt.datetime, key: str, slot: Slot | None = None
) -> Appointment:
    """Give one whose doctor is away the time that is kept, or another one; what was paid and the code stay.

    The number is a new one. Who has a time already keeps it.
    """
    # Bookings before appointments, as everybody locks them who ends a booking.
    lost = lock(appointment.booking)
    appointment = appointments().get(pk=appointment.pk)
    has_followed = lost.instead_of_id is not None and lost.status in Booking.ACTIVE
    if has_followed or appointment.booking_id != lost.pk:
        return appointment
    kept = held_instead(lost)
    if kept is None or not lost_its_doctor(appointment):
        raise RebookingOver
    refuse_unidentified(standing_record(appointment.resident))
    refuse_young(appointment.resident, appointment.policy, (slot or present(kept.slot)).session.local_date)
    if slot is None or slot.pk == kept.slot_id:
        taken = confirm_booking(booking=kept, by=by, at=at)
    else:
        pressed = own_key(by.pk if by else "link", f"{appointment.pk}:{key}")
        taken = _take_another(appointment, lost, kept, slot, by=by, at=at, key=pressed)
    row = lock(Appointment.objects.get(pk=appointment.pk))
    row.booking, row.doctor = taken, present(doctor_of(taken.session))
    row.save(update_fields=["booking", "doctor", "updated_at"])
    record_change(row, old="", new="rebooked", at=at, actor=by.pk if by else None)
    tell_of_booking(row, at=at)
    return appointments().get(pk=row.pk)


@refuses(RebookingOver, NotTheSameClinic, *refused_by(confirm_booking, cancel_booking, hold_instead))
@transaction.atomic
def rebook_by_link(*, appointment: Appointment, slot: Slot, at: dt.datetime, key: str) -> Appointment:
    """Whoever opened the address in the message has chosen; the choice counts once. Why somebody may not is not said.

    Refused: `rebooking_over`, `not_the_same_clinic`, and those of booking.
    """
    try:
        return rebook_appointment(appointment=appointment, slot=slot, by=None, at=at, key=key)
    except TooYoung as refusal:
        raise SlotUnavailable from refusal
    except (PersonGone, IdentityNotConfirmed, ConsentMissing) as refusal:
        raise RebookingOver from refusal


@refuses(NoOffer, *refused_by(cancel_booking, settle_fee))
@transaction.atomic
def decline_other_time(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """The resident wants none of the other times: the fee comes back at once, and nobody has to call any more."""
    lost = lock(appointment.booking)
    kept = held_instead(lost)
    if kept is None:
        raise NoOffer
    cancel_booking(booking=kept, cancelled_by=CancelledBy.RESIDENT, reason_code="offer-declined", by=by, at=at)
    row = lock(Appointment.objects.get(pk=appointment.pk))
    if row.called_at is None:
        row.called_at, row.called_by = at, by
        row.save(update_fields=["called_at", "called_by", "updated_at"])
        record_change(row, old="", new="called", at=at, actor=by.pk)
    return settle_fee(appointment=row, at=at)


def _take_another(
    appointment: Appointment, lost: Booking, kept: Booking, slot: Slot, *, by: User | None, at: dt.datetime, key: str
) -> Booking:
    """Give the kept place back and take another one: both, or neither."""
    doctor = doctor_of(slot.session)
    before = appointment.doctor
    if doctor is None or (doctor.department_id, doctor.grade) != (before.department_id, before.grade):
        raise NotTheSameClinic(field="slot")
    # Sessions before slots, as everybody locks them who ends a booking.
    lock_all(Session.objects.filter(pk__in=[kept.session_id, slot.session_id]))
    cancel_booking(booking=kept, cancelled_by=CancelledBy.STATION, reason_code="other-time", by=by, at=at)
    taken = hold_instead(
        booking=lost,
        slot=slot,
        exclusivity_key=day_key(doctor.department_id, slot.session.local_date, appointment.resident_id),
        by=by,
        at=at,
        key=key,
    )
    return confirm_booking(booking=taken, by=by, at=at)


def _tell_of_held_time(appointment: Appointment, kept: Booking, *, at: dt.datetime) -> None:
    """The resident hears which time is kept and until when, and where to choose; nothing of doctor or department."""
    person, zone = appointment.resident, kept.session.resource.zone
    if not person.phone:
        return
    starts_at, until_at = present(kept.slot).starts_at, present(kept.hold_expires_at)
    notify(
        template="appointment_time_kept",
        params={
            "date": day_in(zone, starts_at).isoformat(),
            "time": f"{clock_in(zone, starts_at):%H:%M}",
            "until_date": day_in(zone, until_at).isoformat(),
            "until_time": f"{clock_in(zone, until_at):%H:%M}",
        },
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=until_at,
        dedupe_key=f"appointment-time-kept:{kept.pk}",
        at=at,
    )
    notify(
        template="appointment_other_times",
        params={"link": address_of(appointment)},
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=until_at,
        dedupe_key=f"appointment-other-times:{kept.pk}",
        at=at,
    )
