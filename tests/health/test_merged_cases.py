"""Two records of one person: an open case goes with the resident, and back when the records are taken apart."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from health.chronic.models import Enrolment
from health.chronic.services import AlreadyEnrolled
from health.consultations.models import Consultation, Prescription
from health.consultations.services import (
    complete_case,
    dispense_prescription,
    follow_record,
    release_prescription,
    stop_prescription,
)
from health.hospitals.models import Hospital
from health.records.models import AccessGrant, HealthRecord, Medicine
from health.records.queries import contents_of, looks_at
from health.records.services import AllergyKnown, correct_entry, open_emergency_access, record_allergy
from stations.duplicates.services import merge_persons, propose_merge, unmerge_persons
from stations.people.models import Consent, Person
from stations.people.services import record_death
from tests.factories.chronic import practice
from tests.factories.consultations import online
from tests.factories.health import clinic as hospital_of
from tests.factories.health import nurse_of
from tests.factories.people import resident
from tests.factories.records import opened, page_of, signed_in, wrote
from tests.factories.stations import county_manager_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def merged(kept, gone):
    """The two are one record from now on, and all who listen have heard it."""
    first, second = county_manager_of(kept.home_station.county), county_manager_of(kept.home_station.county)
    row = propose_merge(keep=kept, merge=gone, actor=first, at=now(), reason="同一个人")
    row = merge_persons(merge=row, actor=second, at=now())
    run_jobs()
    return row


def namesake(there):
    """The other record of the same person, without a document or consent."""
    return resident("陈玉梅", there.ready.station, by=there.ready.partner)


def test_an_open_case_is_completed_prescribed_and_handed_out_for_the_record_that_stands():
    there = online()
    row, kept = there.taken(), namesake(there)
    made = there.prescribed(row)
    merged(kept, row.resident)
    row = Consultation.objects.get(pk=row.pk)
    assert (row.resident, row.asked_for) == (kept, made.consultation.resident)
    complete_case(consultation=row, summary="血压平稳", by=there.doctor, at=now())
    release_prescription(prescription=made, by=there.pharmacist, at=now())
    dispense_prescription(prescription=made, by=there.pharmacist, at=now())
    record = HealthRecord.objects.get(resident=kept)
    assert record.clinic == there.clinic
    assert Medicine.objects.get().resident == kept
    assert Consultation.objects.get(pk=row.pk).encounter.resident == kept
    assert Prescription.objects.get().status == "dispensed"


def test_it_goes_back_when_the_records_are_taken_apart_and_nowhere_else():
    there = online()
    row, kept = there.taken(), namesake(there)
    asked_for = row.resident
    merge = merged(kept, asked_for)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consultation.objects.filter(pk=row.pk).update(resident=there.person("别人"))
    unmerge_persons(merge=merge, actor=county_manager_of(kept.home_station.county), at=now(), reason="不是同一个人")
    run_jobs()
    row = Consultation.objects.get(pk=row.pk)
    assert (row.resident, row.asked_for, row.status) == (asked_for, None, "in_progress")
    assert follow_record(records=[kept.pk, asked_for.pk], at=now()) == 0
    complete_case(consultation=row, summary="血压平稳", by=there.doctor, at=now())


def test_the_clinic_reads_the_record_that_another_one_keeps_and_of_two_open_cases_one_ends():
    there = online()
    kept = there.known_elsewhere()
    gone = there.person("陈玉梅")
    row, other = there.taken(gone), there.asked(kept)
    _same_number(kept, gone)
    merged(kept, gone)
    assert Consultation.objects.get(pk=row.pk).status == "cancelled"
    assert Consultation.objects.get(pk=other.pk).status == "requested"
    assert row.payment.refunds.count() == 1

    there = online()
    kept = there.known_elsewhere()
    gone = there.person("陈玉梅")
    row = there.taken(gone)
    _same_number(kept, gone)
    merged(kept, gone)
    assert Consultation.objects.get(pk=row.pk).resident == kept
    assert AccessGrant.objects.filter(record__resident=kept, clinic=there.clinic, reason="consultation").count() == 1


def test_without_consent_at_the_record_that_stands_the_case_ends_and_the_fee_comes_back():
    there = online()
    row, kept = there.taken(), namesake(there)
    shared = Consent.objects.filter(person=row.resident, purpose="share_with_hospital")
    shared.update(withdrawn_at=now(), withdrawn_by=row.resident)
    merged(kept, row.resident)
    assert Consultation.objects.get(pk=row.pk).status == "cancelled"
    assert row.payment.refunds.count() == 1


def test_what_is_to_be_handed_out_of_a_case_that_ends_is_handed_out_for_the_record_that_stands():
    there = online()
    kept, gone = there.known_elsewhere(), there.person("陈玉梅")
    row = there.taken(gone)
    made = there.prescribed(row)
    release_prescription(prescription=made, by=there.pharmacist, at=now())
    there.asked(kept)
    _same_number(kept, gone)
    merged(kept, gone)
    row = Consultation.objects.get(pk=row.pk)
    assert (row.resident, row.ended_at is None) == (kept, False)
    dispense_prescription(prescription=made, by=there.pharmacist, at=now())
    assert Medicine.objects.get().resident == kept


def test_an_allergy_of_the_merged_record_and_a_medicine_handed_out_before_still_count():
    there = online()
    row, kept = there.taken(), namesake(there)
    gone = row.resident
    first, second = there.prescribed(row), there.prescribed(row)
    release_prescription(prescription=first, by=there.pharmacist, at=now())
    dispense_prescription(prescription=first, by=there.pharmacist, at=now())
    record = HealthRecord.objects.get(resident=gone)
    known = {"allergen": "other", "drug": second.drug, "criticality": "high"}
    record_allergy(record=record, clinic=there.clinic, **known, by=there.doctor, at=now())
    merged(kept, gone)
    assert Consultation.objects.get(pk=row.pk).resident == kept
    with pytest.raises(AllergyKnown):
        release_prescription(prescription=second, by=there.pharmacist, at=now())
    stop_prescription(prescription=first, reason="血压偏低", by=there.doctor, at=now())
    medicine = Medicine.objects.get()
    assert (medicine.resident, medicine.to_date) == (gone, medicine.from_date)


def test_who_is_under_care_is_called_and_measured_after_a_merge_is_enrolled_once_and_leaves_the_list_with_a_death():
    there = practice()
    person, number = there.resident()
    row, kept = there.under_care(person=person, number=number), resident("张桂兰", there.ready.station)
    merged(kept, person)
    assert list(Enrolment.objects.cared_for()) == [row]
    there.visit(row, (138, 84))
    with pytest.raises(AlreadyEnrolled):
        there.enrol(kept, number)
    record_death(person=kept, died_date=now().date() - dt.timedelta(days=1), by=there.ready.partner, at=now())
    run_jobs()
    row.refresh_from_db()
    assert (row.status, row.ended_because) == ("finished", "died")


def test_a_health_record_shows_what_stands_in_both_until_they_are_taken_apart_and_an_emergency_opens_it(client):
    there = practice()
    gone, _number = opened(there)
    kept, _number = opened(there)
    # The card was read once: the other record holds no number.
    Person.objects.filter(pk=gone.resident_id).update(id_cipher=None, id_key_no=None, id_index=None)
    written = [wrote(there, gone, summary="旧档案"), wrote(there, kept, summary="新档案")]
    merge = merged(kept.resident, gone.resident)

    def shown(record):
        return {each.summary for each in contents_of(record, there.doctor, at=now()).encounters}

    assert shown(kept) == shown(gone) == {"旧档案", "新档案"}
    # The clinic marks its own entry as wrong from the page that stands.
    about = {"clinic": there.clinic, "kind": "encounter", "reason": "写错了人", "by": there.nurse, "at": now()}
    correct_entry(record=kept, entry=written[0].pk, **about)
    assert shown(kept) == {"新档案"}
    page_of(signed_in(client, there.nurse), gone)
    assert there.nurse.shown_name in {each.name for each in looks_at(kept.resident)}
    unmerge_persons(merge=merge, actor=county_manager_of(there.clinic.division), at=now(), reason="两个人")
    assert (shown(kept), shown(gone)) == ({"新档案"}, set())
    # Where the record that stands has none, an emergency opens that of the other.
    alone, number = there.resident("王桂英")
    merged(alone, gone.resident)
    outsider = nurse_of(hospital_of(there.ready).hospital)
    clinic = Hospital.objects.open_to(outsider, "health.open_emergency_access").get()
    reason = "患者昏迷送来，需要了解用药情况"
    access = open_emergency_access(clinic=clinic, id_number=number, reason=reason, by=outsider, at=now())
    assert access.record == gone


def test_a_clinic_reads_the_record_of_somebody_else_no_longer_once_the_two_are_taken_apart():
    there = online()
    kept = there.known_elsewhere()
    gone = there.person("陈玉梅")
    row = there.taken(gone)
    _same_number(kept, gone)
    merge = merged(kept, gone)
    granted = AccessGrant.objects.filter(record__resident=kept, clinic=there.clinic)
    assert granted.holding(now()).count() == 1
    unmerge_persons(merge=merge, actor=county_manager_of(kept.home_station.county), at=now(), reason="不是同一个人")
    run_jobs()
    assert Consultation.objects.get(pk=row.pk).resident == gone
    assert granted.holding(now()).count() == 0


def _same_number(kept, gone):
    """Two numbers are two people: here only the merged record holds one."""
    kept.__class__.objects.filter(pk=kept.pk).update(id_kind="none", id_cipher=None, id_key_no=None, id_index=None)
