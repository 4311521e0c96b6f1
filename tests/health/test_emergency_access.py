"""Emergency access to health records: four hours, a reason, a message, and a review by another person."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.models import Notice
from health.hospitals.models import Hospital, HospitalStaff
from health.hospitals.services import join_staff
from health.records.models import EmergencyAccess, Encounter, HealthRecord
from health.records.services import (
    ReasonTooShort,
    open_emergency_access,
    review_emergency_access,
)
from stations.models import AccessRead
from tests.factories.chronic import practice
from tests.factories.people import second_login_of
from tests.factories.records import opened, page_of, signed_in
from tests.factories.stations import LONG_AGO, PostFactory, api_client, send

pytestmark = pytest.mark.django_db
REASON = "患者昏迷被送来，需要立即了解过敏史"


def test_in_an_emergency_a_record_is_open_for_four_hours_the_resident_is_told_and_the_head_reviews(client):
    there, at = practice(), now()
    elsewhere = practice(there.ready)
    elsewhere.clinic.head = elsewhere.doctor
    elsewhere.clinic.save()
    person, number = there.resident(phone="13812345678")
    record, _number = opened(there, (person, number))
    about = {"clinic": elsewhere.clinic, "id_number": number, "by": elsewhere.nurse, "at": at}
    with pytest.raises(ReasonTooShort):
        open_emergency_access(**about, reason="想看看记录")
    assert page_of(signed_in(client, elsewhere.nurse), record).status_code == 404
    access = open_emergency_access(**about, reason=REASON)
    assert open_emergency_access(**about, reason=REASON) == access
    assert access.closes_at - access.opened_at == dt.timedelta(hours=4)
    page = page_of(client, record)
    assert page.status_code == 200
    assert page_of(signed_in(client, there.nurse), record).content.decode().count("紧急情况") >= 1
    told = Notice.objects.get(template__startswith="record_opened")
    assert (told.state, "13812345678" in str(told.params)) == ("waiting", False)
    assert Notice.objects.get(template="emergency_access_to_review").user == elsewhere.doctor.pk
    looks = list(AccessRead.objects.filter(user=elsewhere.nurse, person=person).order_by("pk"))
    assert [row.what for row in looks] == ["refused", "health_record_emergency"]
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.create(
            record=record, clinic=there.clinic, opened_by=there.nurse, reason=REASON, opened_at=at,
            closes_at=at + dt.timedelta(hours=5),
        )  # fmt: skip
    with pytest.raises(SamePerson):
        review_emergency_access(access=access, verdict="justified", by=elsewhere.nurse, at=at)
    review_emergency_access(access=access, verdict="justified", by=elsewhere.doctor, at=at)
    with pytest.raises(WrongState):
        review_emergency_access(access=access, verdict="not_justified", by=elsewhere.doctor, at=at)


def test_an_emergency_access_ends_after_four_hours_and_goes_to_the_county_after_three_days():
    there, at = practice(), now()
    elsewhere, county = practice(there.ready), practice(there.ready, level="county")
    for each in (elsewhere, county):
        each.clinic.head = each.doctor
        each.clinic.save()
    _record, number = opened(there)
    about = {"clinic": elsewhere.clinic, "id_number": number, "by": elsewhere.nurse, "reason": REASON}
    read, review = "health.read_record", "health.review_emergency_access"
    open_emergency_access(**about, at=at - dt.timedelta(hours=4))
    assert not HealthRecord.objects.open_to(elsewhere.nurse, read).exists()
    mine = EmergencyAccess.objects.open_to(elsewhere.doctor, review)
    above = EmergencyAccess.objects.open_to(county.doctor, review)
    assert (mine.count(), above.count()) == (1, 0)
    assert not EmergencyAccess.objects.open_to(elsewhere.nurse, review).exists()
    late = open_emergency_access(**about, at=at - dt.timedelta(hours=72, minutes=1))
    own = open_emergency_access(**{**about, "by": elsewhere.doctor}, at=at - dt.timedelta(hours=10))
    assert set(EmergencyAccess.objects.open_to(county.doctor, review)) == {late, own}
    assert own not in EmergencyAccess.objects.open_to(elsewhere.doctor, review)


def test_who_left_the_clinic_reads_no_record_that_they_opened_in_an_emergency_and_a_closed_clinic_writes_none():
    there = practice()
    elsewhere, later = practice(there.ready), practice(there.ready)
    record, number = opened(there)
    nurse = elsewhere.nurse
    join_staff(hospital=later.clinic, user=nurse, by=nurse, at=LONG_AGO)
    open_emergency_access(clinic=elsewhere.clinic, id_number=number, reason=REASON, by=nurse, at=now())
    body = {"kind": "AMB", "summary": "昏迷，已唤醒"}
    path = f"/api/v1/health-records/{record.pk}/encounter/"
    made = send(api_client(nurse), path, **body)
    assert (made.status_code, made.json()["clinic"]) == (201, str(elsewhere.clinic.pk))
    HospitalStaff.objects.filter(hospital=elsewhere.clinic, user=nurse).update(to_at=now())
    for answer in (
        send(api_client(nurse), path, **body),
        api_client(nurse).get(f"/api/v1/health-records/{record.pk}/"),
    ):
        assert answer.status_code == 404
    Hospital.objects.filter(pk=there.clinic.pk).update(is_active=False)
    assert send(api_client(there.nurse), path, **body).status_code == 403
    assert Encounter.objects.count() == 1


def test_a_head_who_opened_it_under_another_login_or_has_left_is_neither_told_nor_reviews():
    there, at = practice(), now()
    elsewhere, county = practice(there.ready), practice(there.ready, level="county")
    _record, number = opened(there)
    about = {"clinic": elsewhere.clinic, "id_number": number, "reason": REASON, "at": at}
    own = open_emergency_access(**about, by=elsewhere.nurse)
    again = second_login_of(elsewhere.nurse)
    PostFactory(user=again, role="doctor", division=elsewhere.clinic.division)
    join_staff(hospital=elsewhere.clinic, user=again, by=elsewhere.doctor, at=LONG_AGO)
    for clinic, head in ((elsewhere.clinic, again), (county.clinic, county.doctor)):
        clinic.head = head
        clinic.save()
    review = "health.review_emergency_access"
    assert not EmergencyAccess.objects.open_to(again, review).exists()
    assert EmergencyAccess.objects.open_to(county.doctor, review).get() == own
    HospitalStaff.objects.filter(user=again).update(to_at=at)
    later = open_emergency_access(**about, by=elsewhere.doctor)
    assert set(EmergencyAccess.objects.open_to(county.doctor, review)) == {own, later}
    assert Notice.objects.get(template="emergency_access_to_review").user == county.doctor.pk
