"""A resident is registered with a doctor: checked, booked under the next number, paid, all in one transaction."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import free_digits
from core.database.db import atomic_but_tries, lock, present
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.fields import uuid7
from core.gateways.services import ensure_answering
from core.keys.own import own_key
from core.language import formatting
from core.money import Money, zero
from finance.fees.services import FeeQuote, quote_fees
from finance.payments.services import Tender, prove_tender, sell
from health.appointments.models import CODE_DIGITS, Appointment
from health.appointments.queries import ban_of, has_agreed, is_old_enough, open_at_hospital
from health.appointments.services.asking import ask_hospital
from health.appointments.services.sales import SERVICE, AppointmentSale, sale_to_quote
from health.appointments.services.telling import tell_of_booking
from health.hospitals.models import OWNER_KIND, Doctor, Hospital, RegistrationPolicy
from health.hospitals.queries import day_key, doctor_of, fees_of, policy_of
from scheduling.bookings.models import Booking, Offer
from scheduling.bookings.services import (
    NoWaitlist,
    SlotUnavailable,
    accept_offer,
    confirm_booking,
    hold_place,
    join_waitlist,
)
from scheduling.calendars.models import Session, Slot
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services import refuse_unless_open
from stations.people.models import Person
from stations.people.queries import standing_record
from stations.people.services.consents import ConsentMissing
from stations.people.services.registration import PersonGone


class HospitalNotServed(Refused):
    """The hospital sells no numbers here: it is not active, in another country or money, or has no fee for the day."""

    code = "hospital_not_served"
    status = 422
    message = _("This hospital takes no registrations from this station.")


class IdentityNotConfirmed(Refused):
    """A hospital registers real names only."""

    code = "identity_not_confirmed"
    status = 422
    message = _("Enter the document number of the resident first: the hospital registers by real name.")


class TooYoung(Refused):
    """The hospital takes patients from an age on."""

    code = "too_young"
    status = 422
    message = _("This hospital registers patients from the age of %(age)s.")


class BookingRestricted(Refused):
    """Absent too often: the hospital registers the person again from a day on."""

    code = "booking_restricted"
    status = 422
    message = _("The resident did not come on %(dates)s. The hospital registers the resident again from %(date)s on.")


class TooManyRegistrations(Refused):
    """A person holds no more open registrations with a hospital."""

    code = "too_many_registrations"
    message = _("The resident already has %(count)s open registrations with this hospital.")


@dataclass(frozen=True)
class Wanted:
    """What is booked: the doctor, the rules and the fee of the day on which it is booked."""

    doctor: Doctor
    policy: RegistrationPolicy
    fee: Money

    @property
    def hospital(self) -> Hospital:
        return self.doctor.department.hospital


@refuses(HospitalNotServed, SlotUnavailable)
def quote_appointment(*, session: Session, station: Station, by: User, at: dt.datetime) -> FeeQuote:
    """What the resident would pay at the counter: nothing where the hospital takes the fee, or there is none."""
    wanted = wanted_of(session, station, at=at)
    if not takes_fee(wanted.hospital) or not wanted.fee:
        nothing = zero(wanted.fee.currency)
        return FeeQuote(nothing, nothing, nothing)
    return quote_fees(sale=sale_to_quote(wanted.hospital.code, wanted.fee, station=station, by=by, at=at), at=at)


@refuses(
    *(HospitalNotServed, IdentityNotConfirmed, TooYoung, TooManyRegistrations, ConsentMissing, PersonGone),
    *(BookingRestricted,),
    *refused_by(refuse_unless_open, hold_place, confirm_booking, sell, ask_hospital),
)
@atomic_but_tries
def book_appointment(
    *, slot: Slot, resident: Person, station: Station, tender: Tender, by: User, at: dt.datetime, key: str
) -> Appointment:
    """Book the next number of a slot for a resident and take the fee; the same key gives what it made.

    Either all of it happens or nothing: nobody pays without a number, nobody gets a number unpaid. A hospital with a
    system of its own is asked for the number when it is paid; without one the whole fee comes back.
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    resident = lock(resident)
    pressed = own_key(by.pk, f"{resident.pk}:{slot.pk}:{key}")
    known = made_before(pressed)
    if known is not None:
        return known
    wanted = wanted_of(slot.session, station, at=at)
    if wanted.hospital.system is not None:
        ensure_answering(wanted.hospital.system, at)
    refuse_resident(resident, wanted, slot.session, at=at)
    if takes_fee(wanted.hospital) and wanted.fee:
        tender = prove_tender(tender=tender, station=station, by=by, at=at)
    # Sessions before slots, as everybody locks them who ends a booking.
    lock(slot.session)
    booking = hold_place(
        slot=slot,
        subject=resident,
        owner_kind=OWNER_KIND,
        station=station,
        exclusivity_key=exclusivity_key(wanted, slot.session.local_date, resident),
        public_place=wanted.hospital.place_in(resident.language),
        language=resident.language,
        by=by,
        at=at,
        key=pressed,
    )
    appointment = make_appointment(booking, resident, wanted)
    return _confirm_and_pay(appointment, station=station, tender=tender, by=by, at=at, key=key)


@refuses(
    *(HospitalNotServed, IdentityNotConfirmed, TooYoung, TooManyRegistrations, ConsentMissing, PersonGone),
    *(BookingRestricted,),
    *refused_by(refuse_unless_open, join_waitlist),
)
@transaction.atomic
def join_line(
    *, session: Session, resident: Person, station: Station, by: User, at: dt.datetime, key: str
) -> Appointment:
    """Wait for a number of a full session; nothing is paid before a place is accepted."""
    refuse_unless_open(station, SERVICE, by=by, at=at)
    resident = lock(resident)
    pressed = own_key(by.pk, f"{resident.pk}:line of {session.pk}:{key}")
    known = made_before(pressed)
    if known is not None:
        return known
    wanted = wanted_of(session, station, at=at)
    if wanted.hospital.system_id is not None:
        raise NoWaitlist
    refuse_resident(resident, wanted, session, at=at)
    booking = join_waitlist(
        session=session,
        subject=resident,
        owner_kind=OWNER_KIND,
        station=station,
        exclusivity_key=exclusivity_key(wanted, session.local_date, resident),
        public_place=wanted.hospital.place_in(resident.language),
        language=resident.language,
        by=by,
        at=at,
        key=pressed,
    )
    appointment = make_appointment(booking, resident, wanted)
    appointment.save(force_insert=True)
    return appointment


@refuses(
    *(WrongState, PersonGone, IdentityNotConfirmed, ConsentMissing),
    *refused_by(accept_offer, confirm_booking, sell, ask_hospital),
)
@atomic_but_tries
def take_offer(*, appointment: Appointment, tender: Tender, by: User, at: dt.datetime, key: str) -> Appointment:
    """Take the place that is offered to one who waits, and pay it; again it changes nothing."""
    offer = appointment.booking.offers.exclude(status=Offer.Status.DECLINED).order_by("-pk").first()
    if offer is None:
        raise WrongState(state=appointment.booking.get_status_display())
    if not _is_taken(appointment) and appointment.has_station_fee and appointment.fee_minor:
        tender = prove_tender(tender=tender, station=present(appointment.booking.station), by=by, at=at)
    booking = accept_offer(offer=offer, by=by, at=at)
    appointment = lock(appointment)
    if _is_taken(appointment):
        return appointment
    refuse_unidentified(standing_record(appointment.resident))
    appointment.booking = booking
    station = present(booking.station)
    return _confirm_and_pay(appointment, station=station, tender=tender, by=by, at=at, key=key)


def _is_taken(appointment: Appointment) -> bool:
    """Whether it has its number, or the hospital is being asked for one: it is paid."""
    return bool(appointment.code) or appointment.asked_ref is not None


def _confirm_and_pay(
    appointment: Appointment, *, station: Station, tender: Tender, by: User, at: dt.datetime, key: str
) -> Appointment:
    """Book and pay; of a hospital with a system of its own: pay, and ask it for the number."""
    if appointment.hospital.system_id is not None:
        appointment = pay_fee(appointment, station, tender, by=by, at=at, key=key)
        return ask_hospital(appointment=appointment, at=at)
    appointment.booking = confirm_booking(booking=appointment.booking, by=by, at=at)
    appointment = pay_and_number(appointment, station, tender, by=by, at=at, key=key)
    tell_of_booking(appointment, at=at)
    return appointment


@refuses(*refused_by(sell))
def pay_and_number(
    appointment: Appointment, station: Station, tender: Tender, *, by: User, at: dt.datetime, key: str
) -> Appointment:
    """Take the fee of what is booked, and give it the code that the hospital asks for."""
    appointment = pay_fee(appointment, station, tender, by=by, at=at, key=key)
    appointment.code = free_digits(
        Appointment.objects.filter(hospital=appointment.hospital), "code", digits=CODE_DIGITS
    )
    appointment.save()
    return appointment


@refuses(*refused_by(sell))
def pay_fee(
    appointment: Appointment, station: Station, tender: Tender, *, by: User, at: dt.datetime, key: str
) -> Appointment:
    """Take the fee, where the station takes one; the appointment is not stored yet."""
    if appointment.has_station_fee and appointment.fee_minor:
        sale = AppointmentSale(
            station=station,
            amount=appointment.fee,
            is_essential=True,
            subject_ref=str(appointment.pk),
            appointment=appointment,
        )
        sell(sale=sale, tender=tender, by=by, at=at, key=key)
    return appointment


@refuses(HospitalNotServed, SlotUnavailable)
def wanted_of(session: Session, station: Station, *, at: dt.datetime) -> Wanted:
    """The doctor of a session with the rules and the fee of this moment, where the station is served."""
    wanted = terms_of(session, at=at)
    hospital = wanted.hospital
    if hospital.division.country != station.county.country or hospital.currency != station.currency:
        raise HospitalNotServed
    return wanted


@refuses(HospitalNotServed, SlotUnavailable)
def terms_of(session: Session, *, at: dt.datetime) -> Wanted:
    """The doctor of a session with the rules and the fee of this moment."""
    doctor = doctor_of(session)
    if doctor is None:
        raise SlotUnavailable
    hospital = doctor.department.hospital
    policy = policy_of(hospital)
    fee = fees_of(hospital, on=day_in(hospital.zone, at)).get(doctor.grade)
    is_active = hospital.is_active and doctor.is_active and doctor.department.is_active
    if not is_active or policy is None or fee is None:
        raise HospitalNotServed
    return Wanted(doctor, policy, fee)


@refuses(PersonGone, IdentityNotConfirmed, ConsentMissing)
def refuse_unidentified(resident: Person) -> None:
    """Nobody's data reach a hospital who is gone, has no document or does not agree, at this moment."""
    if resident.died_date is not None or resident.merged_into_id is not None:
        raise PersonGone
    if resident.id_index is None:
        raise IdentityNotConfirmed
    if not has_agreed(resident):
        raise ConsentMissing


@refuses(TooYoung, TooManyRegistrations, BookingRestricted, *refused_by(refuse_unidentified))
def refuse_resident(resident: Person, wanted: Wanted, session: Session, *, at: dt.datetime) -> None:
    """Nobody is registered whom the hospital's rules leave out."""
    refuse_unidentified(resident)
    refuse_young(resident, wanted.policy, session.local_date)
    refuse_absent(resident, wanted, at=at)
    too_many(resident, wanted)


@refuses(TooYoung)
def refuse_young(resident: Person, policy: RegistrationPolicy, date: dt.date) -> None:
    """Refuse one who is younger on the day of the clinic than the hospital's rules say."""
    if not is_old_enough(resident, policy, date):
        raise TooYoung(age=policy.min_age)


@refuses(BookingRestricted)
def refuse_absent(resident: Person, wanted: Wanted, *, at: dt.datetime) -> None:
    """Refuse one who was absent too often, until the day that the hospital's rules say."""
    ban = ban_of(resident, wanted.policy, today=day_in(wanted.hospital.zone, at))
    if ban is not None:
        dates = formatting.listed([formatting.short_day(each) for each in ban.absences])
        raise BookingRestricted(dates=dates, date=formatting.full_day(ban.from_date))


@refuses(TooManyRegistrations)
def too_many(resident: Person, wanted: Wanted) -> None:
    """Refuse one registration more than the hospital allows to be ahead."""
    most = wanted.policy.most_open
    if open_at_hospital(resident, wanted.hospital) >= most:
        raise TooManyRegistrations(count=most)


def made_before(key: str) -> Appointment | None:
    """What a press with this key has made."""
    return Appointment.objects.filter(booking__owner_kind=OWNER_KIND, booking__key=key).first()


def takes_fee(hospital: Hospital) -> bool:
    """Whether the station collects what a registration costs."""
    return hospital.takes_fee == Hospital.TakesFee.STATION


def exclusivity_key(wanted: Wanted, date: dt.date, resident: Person) -> str:
    """One registration of a person for a department and a day."""
    return day_key(wanted.doctor.department_id, date, resident.pk)


def make_appointment(booking: Booking, resident: Person, wanted: Wanted) -> Appointment:
    """The appointment of a booking, not stored yet: it is when it is paid."""
    return Appointment(
        id=uuid7(),
        booking=booking,
        resident=resident,
        hospital=wanted.hospital,
        doctor=wanted.doctor,
        policy=wanted.policy,
        fee_minor=wanted.fee.minor,
        currency=wanted.fee.currency,
        has_station_fee=takes_fee(wanted.hospital),
    )
