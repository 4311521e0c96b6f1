"""Many at once: the last number is sold once and paid once, and a doctor's absence leaves nobody behind."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.days import day_in
from finance.payments.models import Payment
from finance.payments.services import Tender
from health.appointments.models import Appointment
from health.appointments.queries import appointments
from health.appointments.services import (
    Reason,
    book_appointment,
    cancel_appointment,
    decline_other_time,
    move_appointment,
    rebook_appointment,
)
from health.hospitals.services import DoctorAwayThen, mark_doctor_away
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.calendars.models import Session, Slot
from tests.factories.health import clinic, patient, registered, session_of
from tests.health.test_checkup_races import meanwhile
from tests.health.test_clinic_days import opened
from tests.jobs import run_jobs
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def booking_of(there, person, key):
    return lambda: book_appointment(
        slot=there.slot,
        resident=person,
        station=there.ready.station,
        tender=Tender(),
        by=there.ready.partner,
        at=now(),
        key=key,
    )


def test_the_last_number_is_sold_once_and_only_its_buyer_pays():
    there = clinic(capacity=1)
    people = [patient(there.ready) for _ in range(8)]
    answers = together(*(booking_of(there, each, f"race-{number:08}") for number, each in enumerate(people)))
    assert sorted(str(each) for each in answers if isinstance(each, str)) == ["slot_full"] * 7
    assert (Appointment.objects.count(), Payment.objects.count()) == (1, 1)
    assert there.ready.holds(there.ready.till_key) == 25_00
    assert not slots_with_wrong_counters().exists()


def test_a_double_press_is_one_number_and_one_payment():
    there = clinic()
    person = patient(there.ready)
    answers = together(*[booking_of(there, person, "double-press-0001")] * 4)
    assert len({each.pk for each in answers}) == 1
    assert (Appointment.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_doctor_leaves_while_people_book_and_cancel_and_nobody_keeps_a_number():
    there = clinic()
    standing = [registered(there) for _ in range(3)]
    people = [patient(there.ready) for _ in range(4)]
    day = there.session.local_date

    def leave():
        return mark_doctor_away(
            doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=there.ready.partner, at=now()
        )

    def cancel(row):
        return lambda: cancel_appointment(appointment=row, reason=Reason.CANNOT_COME, by=there.ready.partner, at=now())

    together(
        *(booking_of(there, each, f"leave-{number:08}") for number, each in enumerate(people)),
        leave,
        *(cancel(each) for each in standing),
    )
    assert not Appointment.objects.exclude(booking__status="cancelled").exists()
    slot = Slot.objects.get(pk=there.slot.pk)
    assert (slot.booked, slot.held, slot.state) == (0, 0, "unavailable")
    assert not slots_with_wrong_counters().exists()


def test_opened_by_many_at_the_same_hour_there_is_one_clinic():
    there = clinic()
    answers = together(*[lambda: opened(there).pk] * 4)
    assert sorted(each for each in answers if isinstance(each, str)) == ["resource_taken"] * 3
    assert Session.objects.filter(resource=there.doctor.resource).count() == 2


def test_a_clinic_is_not_opened_while_its_doctor_is_recorded_as_away():
    there, at = clinic(), now()
    day = day_in(there.hospital.zone, at) + dt.timedelta(days=5)
    about = {"first_date": day, "last_date": day, "reason_code": "ill", "by": there.ready.partner, "at": at}
    with pytest.raises(DoctorAwayThen):
        meanwhile(lambda: mark_doctor_away(doctor=there.doctor, **about), lambda: opened(there, days=5, at=at))
    assert Session.objects.filter(resource=there.doctor.resource).count() == 1


def test_another_time_that_is_taken_and_given_back_at_once_is_one_of_both():
    there = clinic()
    session_of(there.doctor, days=5)
    appointment, by, day = registered(there), there.ready.partner, there.session.local_date
    mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=by, at=now())
    run_jobs()
    row = appointments().get(pk=appointment.pk)
    together(
        lambda: rebook_appointment(appointment=row, by=by, at=now(), key="r" * 16),
        lambda: decline_other_time(appointment=row, by=by, at=now()),
    )
    ended = Appointment.objects.get(pk=appointment.pk)
    assert (ended.status == "booked") != ended.payment.refunds.exists()
    assert list(slots_with_wrong_counters()) == []


def test_a_registration_that_is_moved_from_two_places_and_cancelled_at_once_has_one_number_or_its_fee_back():
    there = clinic()
    by, times = there.ready.partner, [session_of(there.doctor, days=days, capacity=1).slots.get() for days in (5, 6)]
    row = appointments().get(pk=registered(there).pk)
    together(
        *(
            lambda slot=slot, key=key: move_appointment(appointment=row, slot=slot, by=by, at=now(), key=key * 16)
            for slot, key in zip(times, "mn", strict=True)
        ),
        lambda: cancel_appointment(appointment=row, reason=Reason.STATION_MISTAKE, by=by, at=now()),
    )
    run_jobs()
    ended = appointments().get(pk=row.pk)
    counted = sum(Slot.objects.filter(session__resource=there.doctor.resource).values_list("booked", flat=True))
    assert (counted, ended.payment.refunds.count()) == ((1, 0) if ended.status == "booked" else (0, 1))
    assert list(slots_with_wrong_counters()) == []
