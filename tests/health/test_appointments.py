"""Registering a resident with a hospital: one number, one payment, and what becomes of the fee."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import WrongState
from finance import chart
from finance.payments.models import Payment
from finance.payments.services import Tender
from health.appointments.models import Appointment
from health.appointments.services import (
    HospitalNotServed,
    IdentityNotConfirmed,
    Reason,
    TooManyRegistrations,
    TooYoung,
    book_appointment,
    cancel_appointment,
    join_line,
    record_absent,
    record_call,
    record_served,
    take_offer,
)
from health.hospitals.models import Fee
from health.hospitals.services import mark_doctor_away
from scheduling.bookings.models import Offer
from scheduling.bookings.services import AlreadyBooked, SlotFull, SlotUnavailable
from scheduling.calendars.models import Slot
from stations.people.services import record_death
from stations.people.services.consents import ConsentMissing
from tests.factories.finance import desk
from tests.factories.health import RULES, clinic, patient, registered, session_of, yuan
from tests.factories.people import resident
from tests.finance.auditing import assert_balanced, findings
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def owed_to(there):
    return there.ready.holds(chart.hospital(there.hospital.code))


def test_a_resident_gets_the_next_number_a_code_and_a_slip_for_the_fee():
    there = clinic()
    first, second = registered(there), registered(there)
    assert [each.booking.sequence_no for each in (first, second)] == [1, 2]
    assert (first.status, len(first.code), first.payment.total) == ("booked", 8, yuan(25_00))
    assert first.code != second.code
    assert (first.payment.purpose, first.payment.funding) == (Payment.Purpose.HEALTH, "till")
    assert there.ready.holds(there.ready.till_key) == there.ready.holds(there.ready.funds_key) == 50_00
    assert findings() == []


def test_the_same_key_is_one_registration_and_one_payment():
    there = clinic()
    person = patient(there.ready)
    about = {"slot": there.slot, "resident": person, "station": there.ready.station, "tender": Tender()}
    both = [book_appointment(**about, by=there.ready.partner, at=now(), key="k" * 16) for _ in range(2)]
    assert both[0].pk == both[1].pk
    assert (Payment.objects.count(), Slot.objects.get(pk=there.slot.pk).booked) == (1, 1)
    with pytest.raises(AlreadyBooked):
        registered(there, person)
    assert Payment.objects.count() == 1


def test_what_is_refused_changes_nothing():
    there = clinic(policy={"min_age": 18, "most_open": 1}, capacity=1)
    ready = there.ready
    refusals = {
        IdentityNotConfirmed: resident("无证", ready.station, by=ready.partner),
        ConsentMissing: patient(ready, "未同意", agrees=False, birth_date=dt.date(1951, 12, 1)),
        TooYoung: patient(ready, "小学生"),
    }
    for refusal, person in refusals.items():
        with pytest.raises(refusal):
            registered(there, person)
    adult = patient(ready, birth_date=dt.date(1951, 12, 1))
    registered(there, adult)
    with pytest.raises(SlotFull):
        registered(there, patient(ready, birth_date=dt.date(1951, 12, 1)))
    there.session = session_of(there.doctor, days=4)
    with pytest.raises(TooManyRegistrations):
        registered(there, adult)
    Fee.objects.all().delete()
    with pytest.raises(HospitalNotServed):
        registered(there, patient(ready, birth_date=dt.date(1951, 12, 1)))
    assert (Appointment.objects.count(), Payment.objects.count()) == (1, 1)
    assert ready.holds(ready.till_key) == 25_00


def test_a_minute_before_the_deadline_the_fee_comes_back_once_and_at_the_deadline_a_share():
    there = clinic(policy={"late_refund_bp": 3_333}, fee=12_35)
    in_time, late = registered(there), registered(there)
    cancel = {"reason": Reason.CANNOT_COME, "by": there.ready.partner}
    for _press in range(2):
        cancel_appointment(appointment=in_time, at=there.deadline - MINUTE, **cancel)
    cancel_appointment(appointment=late, at=there.deadline, **cancel)
    run_jobs(there.deadline)
    assert [refund.amount_minor for refund in in_time.payment.refunds.all()] == [12_35]
    assert [refund.amount_minor for refund in late.payment.refunds.all()] == [4_12]
    assert owed_to(there) == 12_35 - 4_12
    assert Slot.objects.get(pk=there.slot.pk).booked == 0
    assert findings() == []


def test_the_mistake_of_the_station_costs_the_resident_nothing_after_the_deadline():
    there = clinic()
    appointment = registered(there)
    cancel_appointment(
        appointment=appointment, reason=Reason.STATION_MISTAKE, by=there.ready.partner, at=there.deadline + MINUTE
    )
    refund = appointment.payment.refunds.get()
    assert (refund.amount_minor, owed_to(there)) == (25_00, 0)
    assert not Appointment.objects.get().booking.is_late


def test_the_hospital_earns_of_those_who_came_and_of_those_who_did_not():
    there = clinic()
    came, absent = registered(there), registered(there)
    start = there.session.starts_at
    record_served(appointment=came, by=there.ready.partner, at=start)
    assert owed_to(there) == 25_00
    record_absent(appointment=absent, by=there.ready.partner, at=there.session.ends_at + dt.timedelta(hours=1))
    run_jobs(there.session.ends_at + dt.timedelta(hours=2))
    assert (owed_to(there), there.ready.holds(there.ready.funds_key)) == (50_00, 0)
    assert findings() == []
    assert_balanced()


def test_a_doctor_who_is_away_costs_nobody_a_fee_and_leaves_lines_to_call():
    there = clinic()
    rows = [registered(there) for _ in range(3)]
    waiting_fee = clinic(there.ready, fee=0, takes_fee="desk")
    registered(waiting_fee)
    day = there.session.local_date
    report = mark_doctor_away(
        doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=there.ready.partner, at=now()
    )
    assert len(report.cancelled) == 3
    run_jobs()
    assert {row.payment.refunds.get().amount_minor for row in rows} == {25_00}
    assert owed_to(there) == 0
    called = record_call(appointment=rows[0], by=there.ready.partner, at=now())
    assert record_call(appointment=called, by=there.ready.partner, at=now()).called_at == called.called_at
    with pytest.raises(SlotUnavailable):
        registered(there)
    assert findings() == []


def test_who_waits_pays_when_a_place_is_taken_and_nobody_else_gets_it():
    there = clinic(capacity=1)
    ready = there.ready
    first = registered(there)
    waiting = join_line(
        session=there.session, resident=patient(ready), station=ready.station, by=ready.partner, at=now(), key="w" * 16
    )
    assert (waiting.payment, waiting.code, ready.holds(ready.till_key)) == (None, "", 25_00)
    with pytest.raises(WrongState):
        take_offer(appointment=waiting, tender=Tender(), by=ready.partner, at=now(), key="t" * 16)
    cancel_appointment(appointment=first, reason=Reason.NOT_NEEDED, by=ready.partner, at=now())
    with pytest.raises(SlotFull):
        registered(there)
    at = Offer.objects.get().made_at + MINUTE
    for _press in range(2):
        taken = take_offer(appointment=waiting, tender=Tender(), by=ready.partner, at=at, key="t" * 16)
    assert (taken.status, taken.booking.sequence_no, taken.payment.total) == ("booked", 2, yuan(25_00))
    assert Payment.objects.count() == 2


def test_a_death_ends_what_is_ahead_and_the_fee_comes_back():
    there = clinic()
    appointment = registered(there)
    yesterday = now().date() - dt.timedelta(days=1)
    record_death(person=appointment.resident, died_date=yesterday, by=there.ready.partner, at=now())
    run_jobs()
    appointment = Appointment.objects.get()
    assert (appointment.booking.cancelled_by, appointment.booking.reason_code) == ("system", "died")
    assert appointment.payment.refunds.get().amount_minor == 25_00


def test_messages_name_place_time_and_number_and_a_restricted_hospital_not_even_its_place():
    there = clinic(is_restricted=True)
    appointment = registered(there, patient(there.ready, phone="13800001234"))
    assert appointment.booking.public_place == ""
    assert (appointment.department_shown, appointment.doctor_shown) == ("", "")
    told = appointment.payment.receipts.get().lines
    assert "县人民医院" not in str(told)


def test_in_another_country_numbers_cost_its_money_and_days_are_those_of_its_clock():
    """Kuwait has three decimals; the session of the next day lies on the hospital's own date."""
    ready = desk(currency="KWD", zone="Asia/Kuwait")
    there = clinic(ready, fee=2_500, policy={"booking": {**RULES, "opens_days_before": 28}})
    appointment = registered(there)
    assert (appointment.fee.currency, str(appointment.fee)) == ("KWD", "2.500")
    assert there.deadline.utcoffset() == dt.timedelta() or there.deadline.tzinfo is not None
    yuan_hospital = clinic(desk(), fee=25_00)
    yuan_hospital.ready = ready
    with pytest.raises(HospitalNotServed):
        registered(yuan_hospital, patient(ready))
