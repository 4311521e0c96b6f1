"""Hospitals: their rules, doctors with a calendar, hours, licences, and doctors who are away."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, instant_of
from core.errors import Refused, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Provider
from core.history import record_change
from core.language import formatting
from health.hospitals.models import OWNER_KIND, Department, Doctor, Hospital, HospitalStaff, RegistrationPolicy
from health.hospitals.queries import absences_of, away_during, clinics_ahead, numbers_ahead, policy_of
from scheduling.bookings.services import (
    CapacityReport,
    LeaveReport,
    change_capacity,
    record_leave,
    withdraw_leave,
)
from scheduling.calendars.models import (
    AvailabilityRule,
    HolidayCalendar,
    Offering,
    PartOfDay,
    Resource,
    Session,
)
from scheduling.calendars.services import (
    WeeklyHours,
    define_offering,
    define_policy,
    offer_series,
    open_extra_session,
    register_resource,
    set_resource_validity,
    set_weekly_availability,
)
from scheduling.calendars.services.sessions import ChangedHours
from stations.accounts.models import User

#: What everybody may read of an appointment.
LABEL, LABEL_ZH = "Appointment", "预约"
LONGEST_AWAY = dt.timedelta(days=366)


class NoRules(Refused):
    """A doctor's numbers are sold under the rules of the hospital; they are set first."""

    code = "hospital_without_rules"
    message = _("Set the registration rules of the hospital first.")


class AwayPeriodWrong(Refused):
    """The last day lies before the first or more than a year after it, or the first is more than a year away."""

    code = "away_period_wrong"
    status = 422
    message = _("The last day is the first day or later, within a year.")


class ClinicDateWrong(Refused):
    """A clinic begins later than now and within a year."""

    code = "clinic_date_wrong"
    status = 422
    message = _("A clinic begins later than now and within a year.")


class ClinicTimesWrong(Refused):
    """A clinic ends before it begins."""

    code = "clinic_times_wrong"
    status = 422
    message = _("The clinic ends after it begins.")


class ClinicSaleOver(Refused):
    """By the rules of the hospital nobody could be registered for the clinic any more."""

    code = "clinic_sale_over"
    message = _("By the rules of the hospital the registration for this clinic would be over already.")


class DoctorAwayThen(Refused):
    """The doctor is recorded as away at some time of the clinic."""

    code = "doctor_away_then"
    message = _("The doctor is recorded as away at this time.")


class LicenceOver(Refused):
    """The doctor's licence ends before the day of the clinic."""

    code = "doctor_licence_over"
    message = _("The doctor's licence ends before this day.")


class NumbersStillHeld(Refused):
    """People still hold numbers that another system has never heard of."""

    code = "numbers_still_held"
    message = _(
        "Numbers that the system does not know are still ahead: %(count)s, the last on %(date)s. Set the hospital "
        "inactive, and connect the system after that day."
    )


class ClinicNotFound(Refused):
    """The doctor has no such clinic ahead."""

    code = "clinic_not_found"
    status = 422
    message = _("The doctor has no such clinic ahead.")


class NumbersHeldThere(Refused):
    """The hospital's own system says how many numbers there are."""

    code = "numbers_held_there"
    message = _("The hospital’s own system keeps its numbers. Change how many there are in it.")


class NotAway(Refused):
    """No such absence was recorded by people of this doctor, or it is over."""

    code = "not_away"
    message = _("The doctor is not recorded as away then, or the time is over.")


@transaction.atomic
def set_policy(
    *,
    hospital: Hospital,
    booking: dict[str, Any],
    by: User,
    at: dt.datetime,
    late_refund_bp: int = 0,
    noshow_refund_bp: int = 0,
    most_open: int = 3,
    min_age: int = 0,
    most_absences: int = 3,
    absence_window_days: int = 90,
    absence_ban_days: int = 90,
) -> RegistrationPolicy:
    """A new revision of a hospital's rules; `booking` has window, release and deadlines as `define_policy` takes them.

    Appointments that exist stay under theirs. Sessions that exist keep their hours of sale.
    """
    hospital = lock(hospital)
    before = policy_of(hospital)
    policy = RegistrationPolicy.objects.create(
        hospital=hospital,
        revision=before.revision + 1 if before else 1,
        booking=define_policy(code=f"health:{hospital.code}", by=by, at=at, **booking),
        late_refund_bp=late_refund_bp,
        noshow_refund_bp=noshow_refund_bp,
        most_open=most_open,
        min_age=min_age,
        most_absences=most_absences,
        absence_window_days=absence_window_days,
        absence_ban_days=absence_ban_days,
    )
    Offering.objects.filter(doctor__department__hospital=hospital).update(policy=policy.booking, updated_at=at)
    record_change(policy, old=str(before.revision if before else ""), new=str(policy.revision), at=at, actor=by.pk)
    return policy


@refuses(NumbersStillHeld)
def refuse_system(*, hospital: Hospital, system: Provider | None, at: dt.datetime) -> None:
    """A hospital gets a system, or another one, when nobody holds a number any more that it would not know.

    It would sell the same places again. Those who wait have no number yet: it is asked for theirs.
    """
    if system is None or system.pk == hospital.system_id:
        return
    held = numbers_ahead(hospital, at=at)
    last = held.order_by("session__local_date").last()
    if last is not None:
        raise NumbersStillHeld(field="system", count=held.count(), date=formatting.full_day(last.session.local_date))


@refuses(NoRules, *refused_by(register_resource))
@transaction.atomic
def add_doctor(
    *,
    department: Department,
    name: str,
    grade: str,
    licence_no: str,
    by: User,
    at: dt.datetime,
    licensed_until_date: dt.date | None = None,
    independent_since_date: dt.date | None = None,
    user: User | None = None,
    holiday_calendar: HolidayCalendar | None = None,
    works_on_makeup_days: bool = False,
) -> Doctor:
    """A doctor of a department, with a calendar in the hospital's zone. Refused: `hospital_without_rules`."""
    hospital = department.hospital
    policy = policy_of(hospital)
    if policy is None:
        raise NoRules
    pk = uuid7()
    doctor = Doctor(
        id=pk,
        department=department,
        name=name,
        grade=grade,
        user=user,
        licence_no=licence_no,
        licensed_until_date=licensed_until_date,
        independent_since_date=independent_since_date,
        resource=register_resource(
            kind=Resource.Kind.PRACTITIONER,
            name=name,
            zone=hospital.zone,
            owner_kind=OWNER_KIND,
            owner_ref=str(pk),
            valid_until_date=licensed_until_date,
            holiday_calendar=holiday_calendar,
            works_on_makeup_days=works_on_makeup_days,
            person=user.person if user else None,
            by=by,
            at=at,
        ),
        offering=define_offering(
            owner_kind=OWNER_KIND,
            owner_ref=str(pk),
            label=LABEL,
            label_zh=LABEL_ZH,
            policy=policy.booking,
            has_waitlist=True,
            by=by,
            at=at,
        ),
    )
    doctor.save(force_insert=True)
    record_change(doctor, old="", new="added", at=at, actor=by.pk)
    return doctor


@refuses(*refused_by(set_weekly_availability))
@transaction.atomic
def set_clinic_hours(
    *, doctor: Doctor, hours: Sequence[WeeklyHours], from_date: dt.date, by: User, at: dt.datetime
) -> ChangedHours:
    """The weekly clinics of a doctor from a local date on; sessions in which somebody has a place stay."""
    return set_weekly_availability(resource=doctor.resource, hours=hours, from_date=from_date, by=by, at=at)


@refuses(*refused_by(set_weekly_availability))
@transaction.atomic
def add_clinic_hours(
    *,
    doctor: Doctor,
    weekday: int,
    opens_at: dt.time,
    closes_at: dt.time,
    part_of_day: str,
    capacity: int,
    by: User,
    at: dt.datetime,
) -> Doctor:
    """One more weekly clinic of so many numbers, from tomorrow on, beside those that the doctor has."""
    lock(doctor)
    from_date = day_in(doctor.resource.zone, at) + dt.timedelta(days=1)
    standing = AvailabilityRule.objects.filter(resource=doctor.resource).exclude(to_date__lte=from_date)
    hours = [_again(rule) for rule in standing.select_related("offering").order_by("weekday", "opens_at")]
    part = PartOfDay(part_of_day)
    hours.append(WeeklyHours(doctor.offering, weekday, opens_at, closes_at, part, capacity=capacity))
    set_clinic_hours(doctor=doctor, hours=hours, from_date=from_date, by=by, at=at)
    return doctor


@refuses(
    ClinicDateWrong, ClinicTimesWrong, ClinicSaleOver, DoctorAwayThen, LicenceOver, *refused_by(open_extra_session)
)
@transaction.atomic
def open_clinic(
    *,
    doctor: Doctor,
    on_date: dt.date,
    opens_at: dt.time,
    closes_at: dt.time,
    part_of_day: str,
    capacity: int,
    by: User,
    at: dt.datetime,
) -> Session:
    """One clinic of so many numbers on one local date, today included, besides the weekly ones.

    Its numbers are sold by the rules of the hospital, at once where their hour of release has passed.
    """
    doctor = lock(doctor)
    zone = doctor.resource.zone
    starts_at, ends_at = instant_of(zone, on_date, opens_at), instant_of(zone, on_date, closes_at)
    if ends_at <= starts_at:
        raise ClinicTimesWrong(field="closes_at")
    if not at < starts_at < at + LONGEST_AWAY:
        raise ClinicDateWrong(field="on_date")
    if doctor.licensed_until_date and on_date > doctor.licensed_until_date:
        raise LicenceOver(field="on_date")
    # An absence locks the calendar, too: one that is being recorded is seen, and one that comes later finds the clinic.
    lock(doctor.resource)
    if away_during(doctor, starts_at, ends_at).exists():
        raise DoctorAwayThen(field="on_date")
    session = open_extra_session(
        offering=doctor.offering,
        resources=[doctor.resource],
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
        part_of_day=PartOfDay(part_of_day),
        by=by,
        at=at,
    )
    if session.closes_at <= at:
        raise ClinicSaleOver(field="on_date")
    return session


@refuses(ClinicNotFound, NumbersHeldThere, *refused_by(change_capacity))
@transaction.atomic
def change_numbers(*, doctor: Doctor, slot: int, capacity: int, by: User, at: dt.datetime) -> CapacityReport:
    """A clinic that is ahead has so many numbers from now on: whoever waits is offered those that it has more.

    With fewer numbers than people nobody loses one, and none is sold until there are fewer people than numbers. The
    report names the last ones, for the hospital to see what it does for them.
    """
    if doctor.department.hospital.system_id is not None:
        raise NumbersHeldThere
    found = clinics_ahead(doctor, at=at).filter(pk=slot).first()
    if found is None:
        raise ClinicNotFound(field="slot")
    return change_capacity(slot=found, capacity=capacity, by=by, at=at)


def _again(rule: AvailabilityRule) -> WeeklyHours:
    return WeeklyHours(
        offering=rule.offering,
        weekday=rule.weekday,
        opens_at=rule.opens_at,
        closes_at=rule.closes_at,
        part_of_day=PartOfDay(rule.part_of_day),
        slot_minutes=rule.slot_minutes,
        capacity=rule.capacity,
        every_n_weeks=rule.every_n_weeks,
        anchor_date=rule.anchor_date,
    )


@transaction.atomic
def start_series(*, doctor: Doctor, by: User, at: dt.datetime) -> Doctor:
    """Residents may be booked for a series of this doctor's clinics, further ahead than single numbers are sold."""
    offer_series(offering=doctor.offering, is_offered=True, by=by, at=at)
    return doctor


@transaction.atomic
def stop_series(*, doctor: Doctor, by: User, at: dt.datetime) -> Doctor:
    """No further series of this doctor's clinics; what is booked stays booked."""
    offer_series(offering=doctor.offering, is_offered=False, by=by, at=at)
    return doctor


@transaction.atomic
def renew_licence(*, doctor: Doctor, licensed_until_date: dt.date, by: User, at: dt.datetime) -> Doctor:
    """The licence is valid until this local date, included; nobody is booked with the doctor after it."""
    doctor = lock(doctor)
    before, doctor.licensed_until_date = doctor.licensed_until_date, licensed_until_date
    doctor.save(update_fields=["licensed_until_date", "updated_at"])
    set_resource_validity(resource=doctor.resource, valid_until_date=licensed_until_date, by=by, at=at)
    record_change(doctor, old=str(before), new=str(licensed_until_date), at=at, actor=by.pk)
    return doctor


@transaction.atomic
def join_staff(*, hospital: Hospital, user: User, by: User, at: dt.datetime) -> HospitalStaff:
    """The user works at the desk of this hospital from now on; who does already stays so."""
    lock(hospital)
    stands = HospitalStaff.objects.filter(hospital=hospital, user=user.pk, to_at=None).first()
    if stands is not None:
        return stands
    member = HospitalStaff.objects.create(hospital=hospital, user=user, from_at=at)
    record_change(member, old="", new="joined", at=at, actor=by.pk)
    return member


@refuses(AwayPeriodWrong, *refused_by(record_leave))
@transaction.atomic
def mark_doctor_away(
    *, doctor: Doctor, first_date: dt.date, last_date: dt.date, reason_code: str, by: User, at: dt.datetime
) -> LeaveReport:
    """The doctor is away on these local dates, both included: appointments are cancelled by the hospital.

    Fees come back as each cancellation is heard; stations get lines to call.
    """
    today = day_in(doctor.resource.zone, at)
    is_near = abs(first_date - today) <= LONGEST_AWAY
    if not is_near or not first_date <= last_date <= first_date + LONGEST_AWAY:
        raise AwayPeriodWrong(field="last_date")
    starts_at, ends_at = days_of(doctor, first_date, last_date)
    return record_leave(
        resource=doctor.resource, starts_at=starts_at, ends_at=ends_at, reason_code=reason_code, by=by, at=at
    )


@refuses(NotAway)
@transaction.atomic
def doctor_is_back(*, doctor: Doctor, absence: int, by: User, at: dt.datetime) -> Doctor:
    """The doctor comes after all, or is back early: what is ahead is on sale again; nobody's appointment revives.

    An absence that the hospital's own system tells ends there, not here. Again it changes nothing.
    """
    exception = absences_of(doctor).filter(pk=absence).first()
    if exception is None or (exception.withdrawn_at is None and exception.ends_at <= at):
        raise NotAway(field="absence")
    withdraw_leave(exception=exception, by=by, at=at)
    return doctor


def days_of(doctor: Doctor, first_date: dt.date, last_date: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """From midnight of the first until midnight after the last local date, in the zone of the hospital."""
    zone = doctor.resource.zone
    return instant_of(zone, first_date, dt.time()), instant_of(zone, last_date + dt.timedelta(days=1), dt.time())
