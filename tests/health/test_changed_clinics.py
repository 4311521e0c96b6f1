"""Clinics change while residents are registered: their numbers, their time, and what the desk gives up or excuses."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import clock_in, instant_of
from core.language.reasons import ReasonMissing
from finance.payments.models import Refund
from health.appointments.models import Appointment
from health.appointments.services import (
    BookingRestricted,
    NotRestricted,
    Reason,
    cancel_appointment,
    lift_restriction,
    record_absent,
)
from health.hospitals.models import Hospital
from health.hospitals.moving import NotMoved, move_clinic
from health.hospitals.services import (
    ClinicNotFound,
    DoctorAwayThen,
    LicenceOver,
    NumbersHeldThere,
    change_numbers,
    mark_doctor_away,
    renew_licence,
)
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import expire_answers
from tests.factories.gateways import ProviderFactory
from tests.factories.health import clinic, nurse_of, patient, registered, session_of
from tests.factories.stations import StationFactory, UserFactory, api_client, partner_of, send
from tests.finance.auditing import findings
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NINE = dt.time(9)


def again(appointment):
    return Appointment.objects.get(pk=appointment.pk)


def test_a_doctor_has_fewer_numbers_nobody_loses_one_and_the_desk_cancels_the_last_with_its_fee(client):
    there = clinic(capacity=3)
    rows = [registered(there) for _ in range(3)]
    doctor, nurse = nurse_of(there.hospital, role="doctor"), nurse_of(there.hospital)
    where, body = f"/api/v1/doctors/{there.doctor.pk}/numbers/", {"slot": there.slot.pk, "capacity": 2}
    elsewhere = nurse_of(clinic().hospital, role="doctor")
    assert {send(api_client(who), where, **body).status_code for who in (nurse, elsewhere, there.ready.partner)} <= {
        403,
        404,
    }
    answer = send(api_client(doctor), where, **body).json()
    assert answer == {"slot": there.slot.pk, "capacity": 2, "taken": 3, "excess": [3]}
    client.force_login(doctor)
    page = reverse("hospitals:doctor", args=[there.doctor.pk])
    shown, last = client.get(page).content.decode(), reverse("appointments:appointment", args=[rows[2].pk])
    assert (last in shown, rows[2].resident.full_name in shown, f"{page}numbers/" in shown) == (True, False, True)
    client.force_login(nurse)
    assert f"{last}cancel-at-desk/" in client.get(last).content.decode()
    for key in ("a" * 32, "b" * 32):
        client.post(f"{last}cancel-at-desk/", {"cancelled_by": "provider", "key": key})
    assert (again(rows[2]).status, rows[2].payment.refunds.get().amount_minor) == ("cancelled", 25_00)
    client.force_login(there.ready.partner)
    assert "cancel-at-desk" not in client.get(reverse("appointments:appointment", args=[rows[0].pk])).content.decode()
    with pytest.raises(ClinicNotFound):
        change_numbers(doctor=there.doctor, slot=clinic().slot.pk, capacity=9, by=doctor, at=now())
    Hospital.objects.filter(pk=there.hospital.pk).update(system=ProviderFactory(code="HOSPITAL", file_time=None))
    there.doctor.department.hospital.refresh_from_db()
    with pytest.raises(NumbersHeldThere):
        change_numbers(doctor=there.doctor, slot=there.slot.pk, capacity=9, by=doctor, at=now())
    assert (list(slots_with_wrong_counters()), findings()) == ([], [])


def test_a_clinic_is_moved_residents_are_asked_at_their_station_and_who_says_nothing_has_all_of_the_fee_back(client):
    there = clinic()
    comes, stays_away, silent = (registered(there) for _ in range(3))
    doctor, day = nurse_of(there.hospital, role="doctor"), there.session.local_date + DAY
    page = reverse("hospitals:doctor", args=[there.doctor.pk])
    client.force_login(doctor)
    assert f"{page}move/" in client.get(page).content.decode()
    typed = {"session": there.session.pk, "on_date": f"{day}", "opens_at": "15:00", "key": "m" * 32}
    for _press in range(2):
        assert client.post(f"{page}move/", typed).status_code == 303
    row = again(comes)
    assert (row.booking.session.local_date, row.number, row.code) == (day, 1, comes.code)
    assert clock_in(there.hospital.zone, row.booking.slot.starts_at) == dt.time(15)
    assert row.booking.exclusivity_key.split(":")[2] == f"{day}"
    client.force_login(there.ready.partner)
    own = reverse("appointments:appointment", args=[comes.pk])
    assert f"{own}agree/" in client.get(own).content.decode()
    assert own in client.get(reverse("appointments:appointments"), {"state": "moved"}).content.decode()
    assert client.post(f"{own}agree/", {"key": "g" * 32}).status_code == 303
    assert own not in client.get(reverse("appointments:appointments"), {"state": "moved"}).content.decode()
    where = f"/api/v1/appointments/{silent.pk}/agree/"
    stranger = partner_of(StationFactory(county=there.ready.station.county))
    assert send(api_client(stranger), where).status_code == 404
    at = again(silent).booking.answer_by_at
    cancel_appointment(appointment=again(stays_away), reason=Reason.CANNOT_COME, by=there.ready.partner, at=at)
    expire_answers(at=at)
    run_jobs(at)
    assert [again(each).status for each in (comes, stays_away, silent)] == ["booked", "cancelled", "cancelled"]
    assert sorted(Refund.objects.values_list("payment", "amount_minor")) == sorted(
        [(stays_away.payment_id, 25_00), (silent.payment_id, 25_00)]
    )
    assert (list(slots_with_wrong_counters()), findings()) == ([], [])


def test_no_clinic_moves_to_where_the_doctor_cannot_be():
    there = clinic()
    by, day = UserFactory(), there.session.local_date
    away = day + 2 * DAY
    mark_doctor_away(doctor=there.doctor, first_date=away, last_date=away, reason_code="ill", by=by, at=now())
    renew_licence(doctor=there.doctor, licensed_until_date=day + 3 * DAY, by=by, at=now())
    there.doctor.refresh_from_db()
    for session, on_date, refusal in (
        (there.session, day, NotMoved),
        (there.session, away, DoctorAwayThen),
        (there.session, day + 4 * DAY, LicenceOver),
        (clinic().session, day + DAY, ClinicNotFound),
    ):
        with pytest.raises(refusal):
            move_clinic(doctor=there.doctor, session=session.pk, on_date=on_date, opens_at=NINE, by=by, at=now())
    there.session.refresh_from_db()
    assert there.session.starts_at == instant_of(there.hospital.zone, day, NINE)


def test_the_hospital_excuses_absences_with_a_reason_and_registers_the_patient_again(client):
    there = clinic()
    person, nurse, absences = patient(there.ready), nurse_of(there.hospital), []
    for days in (2, 3, 4):
        session = there.session if days == 3 else session_of(there.doctor, days=days)
        row = registered(replace(there, session=session), person)
        if days != 4:
            absences.append(record_absent(appointment=row, by=nurse, at=row.booking.noshow_after_at))
    with pytest.raises(NotRestricted):
        lift_restriction(appointment=absences[0], reason="大雪封路", by=nurse, at=now())
    absences.append(record_absent(appointment=row, by=nurse, at=row.booking.noshow_after_at))
    later = replace(there, session=session_of(there.doctor, days=8))
    with pytest.raises(BookingRestricted):
        registered(later, person)
    with pytest.raises(ReasonMissing):
        lift_restriction(appointment=absences[0], reason=" ", by=nurse, at=now())
    page = reverse("appointments:appointment", args=[absences[0].pk])
    client.force_login(there.ready.partner)
    assert f"{page}lift/" not in client.get(page).content.decode()
    assert client.post(f"{page}lift/", {"reason": "大雪封路", "key": "p" * 32}).status_code == 403
    client.force_login(nurse)
    assert f"{page}lift/" in client.get(page).content.decode()
    assert client.post(f"{page}lift/", {"reason": "大雪封路", "key": "n" * 32}).status_code == 303
    assert f"{page}lift/" not in client.get(page).content.decode()
    assert registered(later, person).status == "booked"
