"""Registering a resident with a hospital: one number, one payment, and what becomes of the fee."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import WrongState
from core.language import formatting
from core.models import StatusChange
from core.notices.models import Notice
from finance import chart
from finance.payments.models import Payment, Refund
from finance.payments.services import Tender
from health.appointments.models import Appointment
from health.appointments.queries import ban_of
from health.appointments.services import (
    COUNTY_AFTER,
    STATION_AFTER,
    BookingRestricted,
    HospitalNotServed,
    IdentityNotConfirmed,
    Reason,
    TooManyRegistrations,
    TooYoung,
    book_appointment,
    cancel_appointment,
    chase_calls,
    correct_absent,
    join_line,
    record_absent,
    record_call,
    record_served,
    take_offer,
)
from health.hospitals.models import Fee
from health.hospitals.queries import policy_of, sessions_on_sale
from health.hospitals.services import AwayPeriodWrong, NotAway, doctor_is_back, join_staff, mark_doctor_away
from scheduling.bookings.models import Offer
from scheduling.bookings.services import (
    AlreadyBooked,
    SlotFull,
    SlotUnavailable,
    TooLateToCorrect,
    correctable_until,
)
from scheduling.calendars.models import Slot
from stations.models import AccessRead
from stations.people.models import Consent
from stations.people.services import record_death, withdraw_consent
from stations.people.services.consents import ConsentMissing
from tests.factories.finance import desk, helper_at
from tests.factories.health import RULES, clinic, nurse_of, patient, registered, session_of, yuan
from tests.factories.people import resident
from tests.factories.stations import LONG_AGO, PostFactory, StationFactory, UserFactory, api_client, send
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


def test_two_people_who_send_the_same_key_register_two_residents():
    there = clinic()
    about = {"slot": there.slot, "station": there.ready.station, "tender": Tender(), "at": now(), "key": "k" * 16}
    people = (there.ready.partner, helper_at(there.ready))
    made = [book_appointment(**about, resident=patient(there.ready), by=by) for by in people]
    assert made[0].pk != made[1].pk
    assert [each.booking.sequence_no for each in made] == [1, 2]
    assert Payment.objects.count() == 2


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
    assert owed_to(there) == 25_00
    run_jobs(there.session.ends_at + dt.timedelta(days=2))
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
    # Two hours later the partner is asked to call the others, after four the county reads how many.
    manager = PostFactory(role="county_manager", division=there.ready.station.county).user
    leave, zone = Appointment.objects.get(pk=rows[1].pk).booking.cancelled_for, there.ready.station.zone
    cancelled_at = instant_of(zone, day_in(zone, now()) + dt.timedelta(days=1), dt.time(15))
    type(leave).objects.filter(pk=leave.pk).update(created_at=cancelled_at)
    told, notices = [], Notice.objects.filter(template__startswith="calls_late")
    for passed in (STATION_AFTER - MINUTE, STATION_AFTER, STATION_AFTER, COUNTY_AFTER - MINUTE, COUNTY_AFTER):
        found = chase_calls(at=cancelled_at + passed)
        told.append((found, notices.filter(template="calls_late").exists(), notices.filter(user=manager.pk).count()))
    assert told == [(0, False, 0), (1, True, 0), (1, True, 0), (1, True, 0), (1, True, 1)]
    late, sent = {each.template: each for each in notices.all()}, notices.count()
    assert (late["calls_late"].user, late["calls_late"].params) == (there.ready.partner.pk, {"count": 2})
    assert (late["calls_late_at"].user, late["calls_late_at"].params["count"]) == (manager.pk, 2)
    # Once a day, never at night; and again on the same day where other calls have become late.
    assert (chase_calls(at=cancelled_at + COUNTY_AFTER), notices.count()) == (1, sent)
    morning = cancelled_at + dt.timedelta(hours=17)
    assert [chase_calls(at=each) for each in (cancelled_at + dt.timedelta(hours=6), morning - MINUTE)] == [0, 0]
    assert (notices.count(), chase_calls(at=morning), notices.count()) == (sent, 1, 2 * sent)
    type(leave).objects.filter(pk=leave.pk).update(created_at=morning)
    assert (chase_calls(at=morning + STATION_AFTER), notices.count()) == (1, 2 * sent + 1)
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


def test_an_absence_is_settled_when_it_can_be_corrected_no_longer_and_one_who_came_after_all_gets_nothing_back():
    there = clinic(policy={"noshow_refund_bp": 4_000})
    corrected, absent = registered(there), registered(there)
    missed_at = there.session.ends_at + dt.timedelta(hours=1)
    for row in (corrected, absent):
        record_absent(appointment=row, by=there.ready.partner, at=missed_at)
    run_jobs(missed_at)
    assert not Refund.objects.exists()
    until = correctable_until(corrected.booking)
    assert (
        correct_absent(appointment=corrected, reason="名单上有", by=there.ready.partner, at=until).settled_at == until
    )
    run_jobs(until)
    assert (owed_to(there), Refund.objects.count()) == (25_00, 0)
    run_jobs(until + dt.timedelta(minutes=1))
    assert absent.payment.refunds.get().amount_minor == 10_00
    assert owed_to(there) == 25_00 + 15_00
    with pytest.raises(TooLateToCorrect):
        correct_absent(appointment=absent, reason="来过", by=there.ready.partner, at=until)
    assert findings() == []


def test_who_waits_and_withdraws_the_consent_gets_no_number_and_pays_nothing():
    there = clinic(capacity=1)
    ready, first = there.ready, registered(there)
    waiting = join_line(
        session=there.session, resident=patient(ready), station=ready.station, by=ready.partner, at=now(), key="w" * 16
    )
    cancel_appointment(appointment=first, reason=Reason.NOT_NEEDED, by=ready.partner, at=now())
    withdraw_consent(consent=Consent.objects.get(person=waiting.resident), by=ready.partner, at=now())
    at = Offer.objects.get().made_at + MINUTE
    with pytest.raises(ConsentMissing):
        take_offer(appointment=waiting, tender=Tender(), by=ready.partner, at=at, key="t" * 16)
    assert (Payment.objects.count(), Appointment.objects.get(pk=waiting.pk).status) == (1, "waitlist")


def test_a_period_away_that_is_no_period_is_refused_and_never_fails():
    there = clinic()
    today = now().date()
    year = dt.timedelta(days=366)
    periods = (
        (today, today - dt.timedelta(days=1)),
        (today, today + year + dt.timedelta(days=1)),
        (dt.date.max, dt.date.max),
        (dt.date.min, today),
        (today, dt.date.max),
    )
    for first, last in periods:
        with pytest.raises(AwayPeriodWrong):
            mark_doctor_away(
                doctor=there.doctor, first_date=first, last_date=last, reason_code="ill", by=UserFactory(), at=now()
            )


def test_what_is_never_named_reaches_no_page_or_answer_of_the_station(client):
    there = clinic(is_restricted=True)
    appointment, partner = registered(there), there.ready.partner
    row = api_client(partner).get("/api/v1/appointments/").json()["results"][0]
    assert (row["hospital"], row["department"], row["doctor"]) == (None, "", "")
    beside = clinic(there.ready)
    PostFactory(user=partner, role="nurse", division=beside.hospital.division)
    join_staff(hospital=beside.hospital, user=partner, by=UserFactory(), at=LONG_AGO)
    client.force_login(partner)
    page = client.get(reverse("appointments:appointment", args=[appointment.pk])).content.decode()
    assert "心内科" not in page
    assert "周明远" not in page


def test_slips_and_calls_of_residents_of_another_station_leave_rows_and_say_nothing_of_the_doctors_reason(client):
    there = clinic()
    ready = there.ready
    visitor = patient(ready, station=StationFactory(county=ready.station.county))
    appointment = registered(there, visitor)
    client.force_login(ready.partner)
    client.get(reverse("appointments:slip", args=[appointment.pk]))
    assert AccessRead.objects.filter(person=visitor, user=ready.partner).count() == 1
    day = there.session.local_date
    mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=UserFactory(), at=now())
    client.get(reverse("appointments:calls"))
    assert AccessRead.objects.filter(person=visitor, user=ready.partner).count() == 2
    changes = StatusChange.objects.filter(object_id=str(appointment.booking_id))
    assert "ill" not in changes.values_list("reason", flat=True)


def test_the_page_of_a_doctor_lists_weekly_clinics_and_days_away(client):
    there = clinic()
    doctor, today = UserFactory(), day_in(there.doctor.resource.zone, now())
    PostFactory(user=doctor, role="doctor", division=there.hospital.division)
    join_staff(hospital=there.hospital, user=doctor, by=UserFactory(), at=LONG_AGO)
    client.force_login(doctor)
    page = reverse("hospitals:doctor", args=[there.doctor.pk])
    hours = {
        "weekday": "2",
        "opens_at": "08:15",
        "closes_at": "11:45",
        "capacity": "12",
        "part_of_day": "morning",
        "from_date": f"{today}",
    }
    assert client.post(f"{page}hours/", {**hours, "key": "h" * 32}).status_code == 303
    mark_doctor_away(doctor=there.doctor, first_date=today, last_date=today, reason_code="ill", by=doctor, at=now())
    shown = client.get(page)
    assert [each["time"] for each in shown.context["weekly_hours"]] == ["08:15–11:45"]
    assert "08:15–11:45" in shown.content.decode()
    assert len(shown.context["periods_away"]) == 1


def test_who_was_absent_three_times_in_ninety_days_is_registered_again_after_ninety_and_a_correction_ends_it_at_once():
    there = clinic()
    person = patient(there.ready)
    nurse, absences = nurse_of(there.hospital), []
    for days in (2, 3, 4):
        session = there.session if days == 3 else session_of(there.doctor, days=days)
        row = registered(replace(there, session=session), person)
        absences.append(record_absent(appointment=row, by=nurse, at=row.booking.noshow_after_at))
    last = absences[-1].booking.session.local_date
    later = replace(there, session=session_of(there.doctor, days=8))
    with pytest.raises(BookingRestricted) as refused:
        registered(later, person)
    assert formatting.full_day(last + dt.timedelta(days=90)) in str(refused.value)
    with pytest.raises(BookingRestricted):
        join(later, person)
    assert registered(later).status == "booked", "nobody else"
    assert registered(clinic(there.ready), person).status == "booked", "another hospital"
    policy = policy_of(there.hospital)
    for window, today, is_banned in ((1, last, False), (2, last, True), (90, last + dt.timedelta(days=90), False)):
        policy.absence_window_days = window
        assert (ban_of(person, policy, today=today) is not None) == is_banned
    correct_absent(appointment=absences[-1], reason="患者到了", by=nurse, at=absences[-1].booking.noshow_after_at)
    assert registered(later, person).status == "booked"


def join(there, person):
    return join_line(
        session=there.session,
        resident=person,
        station=there.ready.station,
        by=there.ready.partner,
        at=now(),
        key="j" * 16,
    )


def test_a_doctor_who_is_back_early_is_on_sale_again_from_now_on_once_and_nobody_s_cancelled_number_revives(client):
    there = clinic()
    later, lost = session_of(there.doctor, days=5), registered(there)
    nurse, day = nurse_of(there.hospital), there.session.local_date
    days = {"first_date": day, "last_date": day + dt.timedelta(days=2), "reason_code": "ill"}
    where = f"/api/v1/doctors/{there.doctor.pk}/"
    recorded = send(api_client(nurse), where + "away/", **days).json()
    run_jobs()
    assert sessions_on_sale(departments=[there.department], at=now(), fees={}) == []
    stranger = nurse_of(clinic().hospital)
    assert send(api_client(stranger), where + "back/", absence=recorded["absence"]).status_code == 404
    client.force_login(nurse)
    page = reverse("hospitals:doctor", args=[there.doctor.pk])
    typed = {"absence": recorded["absence"], "key": "b" * 32}
    for status in (303, 422):
        assert client.post(f"{page}back/", typed).status_code == status, "it is over"
    on_sale = sessions_on_sale(departments=[there.department], at=now(), fees={})
    assert [each.session.pk for each in on_sale] == [there.session.pk, later.pk]
    assert Appointment.objects.get(pk=lost.pk).status == "cancelled"
    assert "back/" not in client.get(page).content.decode()
    assert send(api_client(nurse), where + "back/", absence=recorded["absence"]).status_code == 200
    over = mark_doctor_away(doctor=there.doctor, first_date=day, last_date=day, reason_code="ill", by=nurse, at=now())
    for absence, at in ((over.exception.pk, over.exception.ends_at), (0, now())):
        with pytest.raises(NotAway):
            doctor_is_back(doctor=there.doctor, absence=absence, by=nurse, at=at)
