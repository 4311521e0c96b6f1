"""Health records: who opens them and what they see, what is written, emergency access, and who is told."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from health.hospitals.models import Department, HospitalStaff
from health.hospitals.services import join_staff
from health.models import Appointment
from health.records.models import Code, Condition, Drug, Encounter, HealthRecord, Observation
from health.records.services import (
    AllergyKnown,
    AlreadyConfirmed,
    EntryNotFound,
    MedicineMissing,
    Pressure,
    ResidentNotFound,
    SubstanceMissing,
    ValueNotPossible,
    Vital,
    agree,
    correct_entry,
    open_emergency_access,
    record_allergy,
    record_diagnosis,
    record_medicine,
    refuse_allergic,
)
from stations.models import AccessRead
from stations.people.models import Consent
from stations.people.services import withdraw_consent
from stations.people.services.consents import ConsentMissing
from tests.factories.chronic import practice
from tests.factories.health import clinic as hospital_of
from tests.factories.health import nurse_of, patient, registered
from tests.factories.records import opened, page_of, signed_in, wrote
from tests.factories.stations import LONG_AGO, api_client, send

pytestmark = pytest.mark.django_db
REASON = "患者昏迷被送来，需要立即了解过敏史"


def test_a_record_is_opened_once_with_consent_and_each_look_stands_in_the_log(client):
    there = practice()
    person, number = there.resident()
    with pytest.raises(ConsentMissing):
        opened(there, (person, number), manner="")
    record, _number = opened(there, (person, number))
    assert opened(there, (person, number), manner="")[0] == record
    assert (len(record.number), record.clinic) == (10, there.clinic)
    with pytest.raises(ResidentNotFound):
        opened(there, (person, "110105194912310020"))
    page = page_of(signed_in(client, there.nurse), record).content.decode()
    assert there.nurse.shown_name in page
    row = AccessRead.objects.get(person=person)
    assert (row.user, row.what) == (there.nurse, "health_record")
    client.get(reverse("records:paper", args=[record.pk]))
    api_client(there.doctor).get(f"/api/v1/health-records/{record.pk}/")
    assert AccessRead.objects.filter(person=person).count() == 3


def test_what_is_written_stands_on_one_page_with_allergies_on_top(client):
    there = practice()
    record, _number = opened(there)
    about = {"record": record, "clinic": there.clinic, "by": there.doctor, "at": now()}
    wrote(there, record, summary="血压平稳", readings=[Pressure(134, 82), Vital(Code.TEMPERATURE, Decimal("36.8"))])
    record_diagnosis(**about, code="M10")
    record_medicine(**about, drug=Drug.objects.get(code="C08CA01"), dose="每天一次", from_date=LONG_AGO.date())
    record_allergy(**about, allergen="other", substance="虾", criticality="high")
    page = page_of(signed_in(client, there.doctor), record).content.decode()
    places = [page.index(words) for words in ("虾", "血压平稳", ">M10", "每天一次", "134/82 mmHg")]
    assert places == sorted(places)
    assert "36.8 °C" in page
    assert {row.unit for row in Observation.objects.all()} == {"mm[Hg]", "Cel"}


def test_what_cannot_be_is_refused_and_changes_nothing():
    there = practice()
    record, _number = opened(there)
    about = {"record": record, "clinic": there.clinic, "by": there.doctor, "at": now()}
    for value in ("29.9", "45.1"):
        with pytest.raises(ValueNotPossible):
            wrote(there, record, readings=[Vital(Code.TEMPERATURE, Decimal(value))])
    wrote(there, record, readings=[Vital(Code.TEMPERATURE, Decimal(value)) for value in ("30", "45")])
    with pytest.raises(SubstanceMissing):
        record_allergy(**about, allergen="other", criticality="low")
    with pytest.raises(MedicineMissing):
        record_medicine(**about, dose="每天一次", from_date=LONG_AGO.date())
    record_diagnosis(**about, code="M10")
    with pytest.raises(AlreadyConfirmed):
        record_diagnosis(**about, code="M10")
    withdraw_consent(consent=Consent.objects.get(withdrawn_at=None), by=there.nurse, at=now())
    with pytest.raises(ConsentMissing):
        wrote(there, record)
    assert (Encounter.objects.count(), Condition.objects.count(), Observation.objects.count()) == (1, 1, 2)


def test_an_entry_is_marked_wrong_with_a_reason_and_never_changed_or_deleted(client):
    there = practice()
    record, _number = opened(there)
    entry = wrote(there, record, summary="写错的人")
    about = {"record": record, "kind": "encounter", "entry": entry.pk, "reason": "记错了人", "at": now()}
    with pytest.raises(EntryNotFound):
        correct_entry(**about, clinic=practice(there.ready).clinic, by=there.nurse)
    correct_entry(**about, clinic=there.clinic, by=there.nurse)
    assert "写错的人" not in page_of(signed_in(client, there.nurse), record).content.decode()
    for change in (lambda: Encounter.objects.update(summary="别的"), lambda: Encounter.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_another_clinic_reads_with_consent_for_thirty_days_after_a_visit_or_an_appointment():
    there, at = practice(), now()
    person, number = there.resident()
    record, _number = opened(there, (person, number))
    elsewhere = practice(there.ready)
    assert not HealthRecord.objects.open_to(elsewhere.doctor, "health.read_record").exists()
    with pytest.raises(ConsentMissing):
        opened(elsewhere, (person, number), manner="", by=elsewhere.nurse)
    opened(elsewhere, (person, number), by=elsewhere.nurse)
    assert HealthRecord.objects.open_to(elsewhere.doctor, "health.read_record").get() == record
    shared = Consent.objects.get(purpose="share_with_hospital", withdrawn_at=None)
    withdraw_consent(consent=shared, by=there.nurse, at=now())
    assert not HealthRecord.objects.open_to(elsewhere.doctor, "health.read_record").exists()
    record.grants.update(from_at=at - dt.timedelta(days=31), to_at=at - dt.timedelta(days=1))
    opened(elsewhere, (person, number), by=elsewhere.nurse)
    record.grants.filter(to_at__gt=at).update(to_at=now())
    assert not HealthRecord.objects.open_to(elsewhere.doctor, "health.read_record").exists()
    hospital = hospital_of(there.ready)
    nurse = nurse_of(hospital.hospital)
    booked = patient(there.ready)
    mine = HealthRecord.objects.create(
        resident=booked, number="0000000001", clinic=there.clinic, opened_by=there.nurse, opened_at=at
    )
    Consent.objects.create(
        **{name: getattr(shared, name) for name in ("purpose", "text_version", "given_at", "manner", "recorded_by")},
        person=booked, given_by=booked, station=there.ready.station,
    )  # fmt: skip
    assert not HealthRecord.objects.open_to(nurse, "health.read_record").exists()
    registered(hospital, booked)
    assert HealthRecord.objects.open_to(nurse, "health.read_record").get() == mine
    assert Appointment.objects.count() == 1


def test_restricted_entries_are_shown_to_their_clinic_only_and_say_so_to_others(client):
    there = practice()
    person, number = there.resident()
    record, _number = opened(there, (person, number))
    elsewhere = practice(there.ready)
    opened(elsewhere, (person, number), by=elsewhere.nurse)
    mind = Department.objects.create(
        hospital=elsewhere.clinic, code="MIND", name="Psychiatry", name_zh="精神科", sensitivity="restricted"
    )
    values = [Vital(Code.PULSE, Decimal(111))]
    wrote(elsewhere, record, department=mind, summary="情绪低落", readings=values, by=elsewhere.nurse)
    record_diagnosis(record=record, clinic=elsewhere.clinic, code="F32", by=elsewhere.doctor, at=now())
    hidden = ("情绪低落", "精神科", ">F32", "111 /min")
    own = page_of(signed_in(client, elsewhere.doctor), record).content.decode()
    assert [words for words in hidden if words not in own] == []
    other = page_of(signed_in(client, there.doctor), record).content.decode()
    assert [words for words in hidden if words in other] == []
    assert "有些内容" in other
    answer = api_client(there.doctor).get(f"/api/v1/health-records/{record.pk}/")
    assert [words for words in (*hidden, "F32") if words in answer.content.decode()] == []
    assert answer.json()["is_partial"]
    open_emergency_access(clinic=there.clinic, id_number=number, reason=REASON, by=there.doctor, at=now())
    assert "情绪低落" in page_of(client, record).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Condition.objects.create(
            resident=person, clinic=there.clinic, code="B20", confirmed_by=there.doctor, confirmed_at=now()
        )


def test_a_drug_is_refused_to_one_who_is_allergic_to_it_or_to_its_group():
    there = practice()
    record, _number = opened(there)
    about = {"record": record, "clinic": there.clinic, "criticality": "high", "by": there.nurse, "at": now()}
    amoxicillin, cefuroxime, ibuprofen = (Drug.objects.get(code=code) for code in ("J01CA04", "J01DC02", "M01AE01"))
    refuse_allergic(record.resident_id, amoxicillin)
    allergy = record_allergy(**about, allergen="penicillins")
    record_allergy(**about, allergen="other", substance="布洛芬")
    for drug in (amoxicillin, ibuprofen):
        with pytest.raises(AllergyKnown):
            refuse_allergic(record.resident_id, drug)
    refuse_allergic(record.resident_id, cefuroxime)
    correct_entry(
        record=record,
        clinic=there.clinic,
        kind="allergy",
        entry=allergy.pk,
        reason="不是过敏",
        by=there.nurse,
        at=now(),
    )
    refuse_allergic(record.resident_id, amoxicillin)


def test_a_station_reads_no_record_and_its_attempt_stands_in_the_log_of_the_resident(client):
    there = practice()
    record, _number = opened(there)
    wrote(there, record)
    partner = there.ready.partner
    assert page_of(signed_in(client, partner), record).status_code == 404
    assert client.get("/health/records/").status_code == 403
    assert api_client(partner).get(f"/api/v1/health-records/{record.pk}/").status_code == 404
    assert AccessRead.objects.filter(user=partner, person=record.resident, what="refused").count() == 2
    assert page_of(signed_in(client, there.nurse), record).content.decode().count("被拒绝") == 2


def test_who_tries_to_write_in_a_record_that_is_not_open_stands_in_the_log_of_the_resident(client):
    there = practice()
    record, _number = opened(there)
    stranger = practice(there.ready).doctor
    assert send(api_client(stranger), f"/api/v1/health-records/{record.pk}/diagnosis/", code="M10").status_code == 404
    assert signed_in(client, stranger).post(reverse("records:record-allergy", args=[record.pk])).status_code == 404
    assert client.get(reverse("records:paper", args=[record.pk])).status_code == 404
    tried = AccessRead.objects.filter(user=stranger, person=record.resident)
    assert [row.what for row in tried] == ["refused"] * 3


@pytest.mark.parametrize("status", ["waitlist", "proposed", "noshow", "cancelled"])
def test_who_waits_for_a_place_or_did_not_come_is_no_patient(status):
    hospital = hospital_of()
    there, nurse = practice(hospital.ready), nurse_of(hospital.hospital)
    person = patient(hospital.ready, birth_date=dt.date(1970, 1, 1))
    record = HealthRecord.objects.create(
        resident=person, number="0000000001", clinic=there.clinic, opened_by=there.nurse, opened_at=now()
    )
    agree(resident=person, manner="signature", by=there.nurse, at=now(), purpose="share_with_hospital")
    booking = registered(hospital, person).booking
    assert HealthRecord.objects.open_to(nurse, "health.read_record").get() == record
    places = {
        "waitlist": {"joined_at": now(), "sequence_no": None},
        "proposed": {"hold_expires_at": now(), "sequence_no": None},
        "cancelled": {"cancelled_by": "station", "reason_code": "closed"},
    }
    type(booking).objects.update(status=status, next_reminder_at=None, **places.get(status, {}))
    assert not HealthRecord.objects.open_to(nurse, "health.read_record").exists()


def test_no_refusal_tells_another_clinic_of_a_diagnosis_that_is_never_named():
    there = practice()
    person, number = there.resident()
    record, _number = opened(there, (person, number))
    elsewhere = practice(there.ready)
    first = record_diagnosis(record=record, clinic=elsewhere.clinic, code="B20", by=elsewhere.doctor, at=now())
    about = {"record": record, "clinic": there.clinic, "by": there.doctor, "at": now()}
    assert record_diagnosis(**about, code="B20") != first
    with pytest.raises(AlreadyConfirmed):
        record_diagnosis(**about, code="B20")
    with pytest.raises(IntegrityError), transaction.atomic():
        Condition.objects.create(
            resident=person, clinic=there.clinic, code="B20", is_restricted=True,
            confirmed_by=there.doctor, confirmed_at=now(),
        )  # fmt: skip


def test_who_looked_stands_there_with_the_hospital_of_that_day_and_a_restricted_one_is_not_named(client):
    there, at = practice(name_zh="桑园卫生室"), now()
    record, _number = opened(there)
    later = practice(there.ready, name_zh="新搬去的卫生室")
    asylum = practice(there.ready, name_zh="精神病院", is_restricted=True)
    for user in (there.nurse, asylum.nurse):
        AccessRead.objects.create(user=user, person=record.resident, what="health_record", at=at - dt.timedelta(days=9))
    HospitalStaff.objects.filter(user=there.nurse).update(to_at=at - dt.timedelta(days=5))
    join_staff(hospital=later.clinic, user=there.nurse, by=there.nurse, at=at - dt.timedelta(days=5))
    page = page_of(signed_in(client, there.doctor), record)
    assert "精神病院" not in page.content.decode()
    assert {row[1]: row[2] for row in page.context["looks"].rows if "精神" not in row[2]}.items() >= {
        asylum.nurse.shown_name: "–",
        there.nurse.shown_name: "桑园卫生室",
    }.items()
    HealthRecord.objects.update(clinic=asylum.clinic)
    record.grants.create(clinic=there.clinic, reason="visit", from_at=at, to_at=at + dt.timedelta(days=30))
    agree(resident=record.resident, manner="signature", by=there.nurse, at=at, purpose="share_with_hospital")
    for address in (reverse("records:record", args=[record.pk]), reverse("records:records")):
        answer = client.get(address)
        assert (answer.status_code, "精神病院" in answer.content.decode()) == (200, False)
