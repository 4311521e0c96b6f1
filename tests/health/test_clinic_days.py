"""A clinic on one day is opened at the desk of the hospital and sold by its rules, beside the weekly clinics."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.notices.models import Notice
from health.hospitals import services
from scheduling.bookings.services import announce_ending_validity
from scheduling.calendars.models import PartOfDay, Session
from scheduling.calendars.services import ResourceTaken
from tests.factories.health import clinic, nurse_of, patient, registered
from tests.factories.stations import UserFactory, api_client, send
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TIMES = {"opens_at": "14:00", "closes_at": "16:30", "part_of_day": "afternoon", "capacity": 12}


def opened(there, *, days=5, at=None, hour=14, **values):
    on_date = day_in(there.hospital.zone, at or now()) + days * DAY
    times = {
        "opens_at": dt.time(hour),
        "closes_at": dt.time(hour + 1),
        "part_of_day": PartOfDay.AFTERNOON,
        "capacity": 2,
    }
    return services.open_clinic(
        doctor=there.doctor, on_date=on_date, by=UserFactory(), at=at or now(), **{**times, **values}
    )


def test_a_doctor_opens_a_clinic_on_a_page_and_its_numbers_are_sold(client):
    there = clinic()
    doctor = nurse_of(there.hospital, role="doctor")
    client.force_login(doctor)
    day = day_in(there.hospital.zone, now()) + 5 * DAY
    page = reverse("hospitals:doctor", args=[there.doctor.pk])
    typed = {**TIMES, "on_date": f"{day}", "key": "one-clinic-on-one-day"}
    for _ in range(2):
        assert client.post(f"{page}clinic/", typed).status_code == 303
    there.session = Session.objects.get(resource=there.doctor.resource, local_date=day)
    assert there.session.starts_at == instant_of(there.hospital.zone, day, dt.time(14))
    assert registered(there, patient(there.ready)).booking.session_id == there.session.pk
    assert "14:00–16:30" in client.get(page).content.decode()


def test_it_is_opened_over_the_api_by_doctors_of_the_hospital_alone():
    there, elsewhere = clinic(), clinic()
    day = day_in(there.hospital.zone, now()) + 5 * DAY
    path, body = f"/api/v1/doctors/{there.doctor.pk}/clinics/", {**TIMES, "on_date": f"{day}"}
    refused = [nurse_of(there.hospital), nurse_of(elsewhere.hospital, role="doctor"), there.ready.partner]
    assert {send(api_client(who), path, **body).status_code for who in refused} <= {403, 404}
    answer = send(api_client(nurse_of(there.hospital, role="doctor")), path, **body)
    assert (answer.status_code, answer.json()["date"]) == (201, f"{day}")
    assert Session.objects.filter(resource=there.doctor.resource, local_date=day).count() == 1


@pytest.mark.parametrize(
    ("days", "values", "refusal"),
    [
        (-1, {}, services.ClinicDateWrong),
        (367, {}, services.ClinicDateWrong),
        (5, {"closes_at": dt.time(13)}, services.ClinicTimesWrong),
        (6, {}, services.LicenceOver),
        (4, {}, services.DoctorAwayThen),
        (3, {"opens_at": dt.time(9, 30), "closes_at": dt.time(10)}, ResourceTaken),
    ],
)
def test_no_clinic_is_opened_that_nobody_could_come_to(days, values, refusal):
    there, at = clinic(), now()
    day = day_in(there.hospital.zone, at)
    services.renew_licence(doctor=there.doctor, licensed_until_date=day + 5 * DAY, by=UserFactory(), at=at)
    there.doctor.refresh_from_db()
    away = day + 4 * DAY
    services.mark_doctor_away(
        doctor=there.doctor, first_date=away, last_date=away, reason_code="ill", by=UserFactory(), at=at
    )
    before = Session.objects.count()
    with pytest.raises(refusal):
        opened(there, days=days, at=at, **values)
    assert Session.objects.count() == before


def test_a_clinic_for_which_registration_would_be_over_is_not_opened():
    there = clinic()  # sold until three in the afternoon of the day before
    noon = instant_of(there.hospital.zone, day_in(there.hospital.zone, now()) + DAY, dt.time(12))
    with pytest.raises(services.ClinicSaleOver):
        opened(there, days=0, at=noon)
    assert opened(there, days=1, at=noon).closes_at == noon + dt.timedelta(hours=3)


def test_the_hospital_hears_each_day_of_numbers_behind_the_last_day_of_a_licence_until_it_is_prolonged():
    there = clinic()
    nurse, _elsewhere = nurse_of(there.hospital), nurse_of(clinic(there.ready).hospital)
    registered(there)
    day, at = there.session.local_date, now()
    zone, told = there.hospital.zone, []

    def checked(on_date):
        found = announce_ending_validity(zone=zone, on_date=on_date, at=at)
        run_jobs()
        told.append((found, Notice.objects.filter(template="licence_ending", user=nurse.pk).count()))

    # The last day itself is no fault; what is more than two weeks away is not yet told.
    for until, on_date in (
        (day, day - DAY),
        (day - DAY, day - 16 * DAY),
        (day - DAY, day - 15 * DAY),
        (day - DAY, day - 15 * DAY),
        (day - DAY, day),
        (day - DAY, day + DAY),
        (day + 400 * DAY, day),
    ):
        services.renew_licence(doctor=there.doctor, licensed_until_date=until, by=UserFactory(), at=at)
        checked(on_date)
    assert told == [(0, 0), (0, 0), (1, 1), (1, 1), (1, 2), (0, 2), (0, 2)]
    notice = Notice.objects.filter(template="licence_ending").earliest("pk")
    assert notice.params == {"doctor": there.doctor.name, "date": f"{day - DAY}", "count": 1}
    assert not Notice.objects.filter(template="licence_ending").exclude(user=nurse.pk).exists()
