"""Who reads a consultation: station, doctors and clinics; each look is written down, and each that was refused."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from health.consultations.models import Consultation, Message
from health.consultations.services import (
    answer_case,
    claim_case,
    run_clock,
    send_message,
)
from health.hospitals.models import Department
from health.records.models import HealthRecord
from stations.models import AccessRead
from tests.factories.chronic import practice
from tests.factories.consultations import at_rest, morning, online
from tests.factories.records import signed_in
from tests.factories.stations import api_client

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_the_station_sees_place_number_and_fee_and_never_a_word_photo_or_doctor(client):
    there = online()
    row = there.taken(complaint="夜里胸闷", signs=["fever"])
    answer_case(consultation=row, text="加半片药", by=there.doctor, at=now())
    photo = Message.objects.order_by("pk")[0].photos.get()
    browser = signed_in(client, there.ready.partner)
    seen = [
        browser.get(reverse("consultations:consultations")),
        browser.get(reverse("consultations:consultation", args=[row.pk])),
        api_client(there.ready.partner).get("/api/v1/consultations/"),
        browser.get(reverse("payments:payment", args=[row.payment_id])),
    ]
    for answer in seen:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert [words for words in ("胸闷", "半片", "周明远", str(photo.pk)) if words in text] == []
    assert row.number in seen[1].content.decode()
    closed = [
        reverse("core:file", args=[photo.pk]),
        reverse("consultations:case", args=[row.pk]),
    ]
    assert [browser.get(address).status_code for address in closed] == [404, 404]
    assert api_client(there.ready.partner).get(f"/api/v1/cases/{row.pk}/").status_code == 404
    tried = AccessRead.objects.filter(user=there.ready.partner, person=row.resident, what="refused")
    assert tried.count() == 3


def test_a_case_is_read_by_its_doctor_and_the_clinic_of_the_record_and_each_look_is_written_down(client):
    there = online()
    village = practice(there.ready)
    person = there.known_elsewhere(village)
    row = there.accepted(person)
    photo = reverse("core:file", args=[Message.objects.get().photos.get().pk])
    page = reverse("consultations:case", args=[row.pk])
    stranger = practice(there.ready).doctor

    def seen_by(*users):
        return [signed_in(client, user).get(page).status_code for user in users]

    assert seen_by(there.nurse, there.doctor, there.colleague, village.nurse, stranger) == [200, 200, 200, 200, 404]
    claim_case(consultation=row, by=there.doctor, at=now())
    assert seen_by(there.nurse, there.doctor, there.colleague, village.nurse, there.pharmacist) == [
        404,
        200,
        404,
        200,
        404,
    ]
    text = signed_in(client, there.doctor).get(page).content.decode()
    assert "头晕两天" in text
    before = AccessRead.objects.filter(person=person, what="consultation_case").count()
    assert [signed_in(client, user).get(photo).status_code for user in (there.doctor, there.colleague)] == [200, 404]
    assert AccessRead.objects.filter(person=person, what="consultation_case").count() == before + 1
    refused = AccessRead.objects.filter(person=person, what="refused", user=there.colleague).count()
    assert signed_in(client, there.colleague).get(photo).status_code == 404
    assert AccessRead.objects.filter(person=person, what="refused", user=there.colleague).count() == refused + 1
    looks = signed_in(client, village.nurse).get(
        reverse("records:record", args=[HealthRecord.objects.get(resident=person).pk])
    )
    assert "看了在线问诊" in looks.content.decode()
    Department.objects.update(sensitivity="restricted")
    assert seen_by(village.nurse, there.doctor) == [404, 200]
    Consultation.objects.filter(pk=row.pk).update(
        status="failed", closed_because="referred", due_at=None, ended_at=now() - dt.timedelta(days=31)
    )
    assert seen_by(there.doctor) == [404]


def test_who_is_late_with_the_button_is_told_and_reads_nothing(client):
    there = online()
    row = there.taken(there.known_elsewhere(), complaint="夜里胸闷")
    answer = signed_in(client, there.colleague).post(
        reverse("consultations:case-claim", args=[row.pk]), {"key": "late-button-000001"}
    )
    assert (answer.status_code, "胸闷" in answer.content.decode()) == (409, False)


def test_after_a_department_that_is_never_named_has_answered_the_clinic_of_the_record_reads_it_no_more(client):
    there = online()
    village, at = practice(there.ready), morning(there.clinic)
    row = there.taken(there.known_elsewhere(village), at=at)
    row = answer_case(consultation=row, text="睡得好吗？", by=there.doctor, at=at)
    row = send_message(consultation=row, text="睡不好", by=there.ready.partner, at=at)
    run_clock(consultation=row, at=at + 2 * HOUR)
    assert at_rest(row)[0] == "accepted"
    page = reverse("consultations:case", args=[row.pk])
    assert signed_in(client, village.nurse).get(page).status_code == 200
    Department.objects.update(sensitivity="restricted")
    assert [signed_in(client, user).get(page).status_code for user in (village.nurse, there.nurse)] == [404, 200]
