"""A hospital with a system of its own is asked for each number: paid first, booked when it says yes.

Silence is no answer: it is asked about under our reference, and never asked twice. A yes that comes after the resident
has given up, or after half an hour, is given back.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import free_digits
from core.database.db import lock, present
from core.days import clock_in, day_in
from core.errors import Refused, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services import instruct
from core.history import record_change
from core.notices.services import notify
from health.appointments.models import CODE_DIGITS, Appointment
from health.appointments.queries import appointments
from health.appointments.services.settling import settle_fee
from health.appointments.services.telling import tell_of_booking
from scheduling.bookings.models import Booking
from scheduling.bookings.services import cancel_booking, confirm_booking, extend_hold
from stations.accounts.models import User
from stations.people.identity import unseal
from stations.people.models import Person

REGISTRATIONS, RELEASES = "/v1/registrations", "/v1/releases"
#: The hospital took back what it had given.
TAKEN_BACK = "taken-back"
LONGEST_CODE = 40
MOST_DIGITS = 9
_Kind = Instruction.Kind
_S = Booking.Status


@refuses(*refused_by(extend_hold))
@transaction.atomic
def ask_hospital(*, appointment: Appointment, at: dt.datetime) -> Appointment:
    """Ask the hospital for a number of what is held and paid; the place is held as long as its policy allows.

    The name and the document stay out of the instruction: they are added when it is sent (`body_of`).
    """
    booking, slot = appointment.booking, present(appointment.booking.slot)
    until = booking.created_at + dt.timedelta(minutes=booking.policy.hold_max_minutes)
    appointment.booking = extend_hold(booking=booking, until=until, at=at)
    appointment.asked_ref = uuid7()
    instruct(
        provider=present(appointment.hospital.system),
        kind=_Kind.REGISTRATION,
        path=REGISTRATIONS,
        request={"licence_no": appointment.doctor.licence_no, "starts_at": _utc(booking.session.starts_at)},
        our_ref=appointment.asked_ref,
        at=at,
        cutoff_at=slot.starts_at,
    )
    appointment.save()
    return appointment


def body_of(our_ref: UUID | str) -> dict[str, Any]:
    """What the hospital is sent: the instruction, with the patient's name and document."""
    instruction = Instruction.objects.get(our_ref=our_ref)
    resident = Person.objects.get(appointments__asked_ref=our_ref)
    return {**instruction.request, "patient_name": resident.full_name, "document_no": unseal(resident)}


@refuses(*refused_by(confirm_booking, cancel_booking, settle_fee))
@transaction.atomic
def record_registration(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """What the hospital says of a number: booked, refused with the whole fee back, taken back, or not known yet."""
    appointment = appointments().get(asked_ref=instruction.our_ref)
    lock(appointment.booking.session)
    booking = lock(appointment.booking)
    appointment = appointments().get(pk=lock(appointment).pk)
    if result.status == Status.SUCCEEDED and instruction.outcome == Status.SUCCEEDED:
        _take_number(appointment, booking, result, at=at)
    elif result.status == Status.FAILED and instruction.outcome == Status.FAILED:
        _lose_number(appointment, booking, result.code, at=at)
    elif result.status == Status.REVERSED:
        _lose_number(appointment, booking, TAKEN_BACK, at=at)


class NotListedThere(Refused):
    """The hospital's list has no number that it had refused, or it is being given back."""

    code = "not_listed_there"
    message = _("The hospital’s list has no number to release.")


@refuses(NotListedThere)
@transaction.atomic
def release_listed(*, appointment: Appointment, by: User, at: dt.datetime) -> Appointment:
    """Give back what the hospital had refused and lists all the same; nobody of ours goes there with this number."""
    lock(appointment.booking)
    row = lock(Appointment.objects.select_related("booking").get(pk=appointment.pk))
    if not row.is_listed_though_refused:
        raise NotListedThere
    _release(row, at=at)
    record_change(row, old="", new="released", at=at, actor=by.pk)
    return appointments().get(pk=row.pk)


@transaction.atomic
def record_release(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """The hospital has its number again, or says why not: the instruction remembers it.

    What its list has although it had refused it waits for people again where it would not take it back.
    """
    if result.status == Status.FAILED:
        refused = Appointment.objects.filter(released_ref=instruction.our_ref, listed_since_at__isnull=False)
        refused.update(released_ref=None, updated_at=at)


@transaction.atomic
def give_back_to_hospital(*, appointment: Appointment, at: dt.datetime) -> Appointment:
    """Give the hospital back the number of what has been cancelled here; once. What it cancelled itself it has."""
    lock(appointment.booking)
    row = lock(Appointment.objects.get(pk=appointment.pk))
    booking = Booking.objects.select_related("cancelled_for").get(pk=row.booking_id)
    if not row.hospital_ref or row.released_ref is not None or not _is_cancelled_here(booking):
        return row
    _release(row, at=at)
    return row


def _release(row: Appointment, *, at: dt.datetime) -> None:
    row.released_ref = uuid7()
    row.save(update_fields=["released_ref", "updated_at"])
    instruct(
        # Whoever gave the number, whatever system the hospital has now.
        provider=Instruction.objects.select_related("provider").get(our_ref=present(row.asked_ref)).provider,
        kind=_Kind.RELEASE,
        path=RELEASES,
        request={"original_ref": str(row.asked_ref)},
        our_ref=row.released_ref,
        at=at,
    )


def _is_cancelled_here(booking: Booking) -> bool:
    """Whether the hospital's system does not know yet: by anybody but it, or for an absence that people recorded."""
    if booking.status != _S.CANCELLED:
        return False
    absence = booking.cancelled_for
    is_recorded_here = absence is not None and absence.recorded_by_id is not None
    return is_recorded_here or booking.cancelled_by != Booking.CancelledBy.PROVIDER


def _take_number(appointment: Appointment, booking: Booking, result: Result, *, at: dt.datetime) -> None:
    """Book what the hospital has given; who has given up meanwhile gives it back."""
    number = result.biller_receipt_no
    is_number = number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    appointment.hospital_ref, appointment.hospital_number = result.provider_ref, int(number) if is_number else None
    if booking.status == _S.PENDING:
        appointment.booking = confirm_booking(booking=booking, by=booking.booked_by, at=at)
        others = Appointment.objects.filter(hospital=appointment.hospital)
        appointment.code = free_digits(others, "code", digits=CODE_DIGITS)
    appointment.save()
    if appointment.booking.status == _S.BOOKED:
        tell_of_booking(appointment, at=at)
    else:
        give_back_to_hospital(appointment=appointment, at=at)


def _lose_number(appointment: Appointment, booking: Booking, code: str, *, at: dt.datetime) -> None:
    if booking.status not in {_S.PENDING, _S.BOOKED, _S.ARRIVED}:
        return
    cancel_booking(
        booking=booking,
        cancelled_by=Booking.CancelledBy.PROVIDER,
        reason_code=code.replace("_", "-")[:LONGEST_CODE],
        by=None,
        at=at,
    )
    settle_fee(appointment=appointment, at=at)
    _tell_of_refusal(appointment, at=at)


def _tell_of_refusal(appointment: Appointment, *, at: dt.datetime) -> None:
    person, zone = appointment.resident, appointment.booking.session.resource.zone
    if not person.phone:
        return
    starts_at = appointment.booking.session.starts_at
    notify(
        template="appointment_not_given",
        params={"date": day_in(zone, starts_at).isoformat(), "time": f"{clock_in(zone, starts_at):%H:%M}"},
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=starts_at,
        dedupe_key=f"appointment-not-given:{appointment.pk}",
        at=at,
    )


def _utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
