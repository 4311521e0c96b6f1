"""Programmes, consultations, consents and the log as resources: what they say, and to whom."""

import datetime as dt
from urllib.parse import quote

import pytest
from django.utils.timezone import now

from health.records.services import Pressure, correct_entry, record_allergy
from stations.people.models import AccessRead, Consent, Person
from stations.people.services import withdraw_consent
from tests.factories.chronic import practice
from tests.factories.consultations import online
from tests.factories.health import clinic
from tests.factories.records import opened, wrote
from tests.factories.stations import UserFactory
from tests.health.fhir.test_reading import ROOT, found, get

pytestmark = pytest.mark.django_db


def targets_of(goal):
    """The limits, by what is measured."""
    return {
        each["measure"]["coding"][0]["code"]: (
            each["detailQuantity"]["comparator"],
            float(each["detailQuantity"]["value"]),
            each["detailQuantity"]["code"],
        )
        for each in goal["target"]
    }


@pytest.mark.parametrize(
    ("age", "conditions", "systolic"), [(64, (), 140), (65, (), 150), (80, (), 150), (80, ("N18",), 140)]
)
def test_the_target_of_a_programme_is_that_of_the_rule_for_this_resident(age, conditions, systolic):
    there = practice()
    born = (now() - dt.timedelta(days=round(age * 365.25) + 5)).date()
    there.under_care(birth_date=born, conditions=conditions)
    (goal,) = found(there.nurse, "Goal?lifecycle-status=active")
    assert targets_of(goal) == {"8480-6": ("<", systolic, "mm[Hg]"), "8462-4": ("<", 90.0, "mm[Hg]")}


def test_a_diabetic_has_a_target_in_each_unit_and_a_plan_with_the_next_visit():
    there = practice()
    enrolment = there.under_care("type2_diabetes")
    (goal,) = found(there.nurse, "Goal")
    assert targets_of(goal) == {"14770-2": ("<", 7.0, "mmol/L"), "41604-0": ("<", 126.0, "mg/dL")}
    (plan,) = found(there.nurse, f"CarePlan?patient={enrolment.resident_id}&status=active")
    assert plan["goal"] == [{"reference": f"Goal/{enrolment.pk}"}]
    assert plan["activity"][0]["detail"]["scheduledPeriod"]["start"] == str(enrolment.next_due_date)
    (episode,) = found(there.nurse, "EpisodeOfCare?status=active")
    assert episode["type"][0]["coding"][0]["code"] == "E11"
    assert found(practice(there.ready).nurse, "EpisodeOfCare") == []


def test_an_online_consultation_is_read_by_the_doctor_who_has_it_alone():
    there = online()
    case = there.taken()
    prescription = there.prescribed(case)
    (task,) = found(there.doctor, "Task")
    assert (task["status"], task["for"]["reference"]) == ("in-progress", f"Patient/{case.resident_id}")
    assert task["owner"]["reference"].startswith("Practitioner/")
    (said,) = found(there.doctor, f"Communication?patient={case.resident_id}")
    assert said["partOf"] == [{"reference": f"Task/{case.pk}"}]
    assert said["sender"] == {"reference": f"Patient/{case.resident_id}"}
    (request,) = found(there.doctor, "MedicationRequest?status=draft")
    assert request["medicationCodeableConcept"]["coding"][0]["code"] == prescription.drug.code
    for reader in (there.nurse, there.colleague):
        assert found(reader, "Communication") == []
        assert get(reader, f"Task/{case.pk}")[0].status_code == 404


def test_a_consent_that_is_withdrawn_is_told_as_a_change():
    there = practice()
    record, _number = opened(there)
    (before,) = found(there.nurse, "Consent?status=active")
    withdraw_consent(consent=Consent.objects.get(), by=there.nurse, at=now())
    since = quote(before["meta"]["lastUpdated"])
    (after,) = found(there.nurse, f"Consent?_lastUpdated=gt{since}")
    assert (after["id"], after["status"]) == (before["id"], "inactive")
    assert after["provision"]["period"]["end"]
    assert after["patient"]["reference"] == f"Patient/{record.resident_id}"


def test_who_looked_and_who_was_refused_is_an_audit_event():
    there, elsewhere = practice(), practice()
    record, _number = opened(there)
    wrote(there, record, readings=[Pressure(134, 82)])
    get(there.doctor, f"Patient/{record.resident_id}")
    get(elsewhere.nurse, f"Patient/{record.resident_id}")
    events = found(there.nurse, f"AuditEvent?patient={record.resident_id}")
    assert [(each["outcome"], each["agent"][0]["who"]["display"]) for each in events] == [
        ("0", there.doctor.shown_name),
        ("8", elsewhere.nurse.shown_name),
    ]
    assert len(found(there.nurse, "AuditEvent?outcome=8")) == 1
    assert found(elsewhere.nurse, "AuditEvent") == []


@pytest.mark.parametrize("address", ["AuditEvent?_count=1", "Patient/{}/$everything?_type=AuditEvent&_count=1"])
def test_reading_the_log_page_by_page_comes_to_an_end_although_each_page_adds_to_it(address):
    there = practice()
    record, _number = opened(there)
    for _look in range(3):
        get(there.doctor, f"Patient/{record.resident_id}")
    before = AccessRead.objects.filter(person=record.resident).count()
    address, seen = address.format(record.resident_id), []
    while address and len(seen) < 20:
        _answer, bundle = get(there.nurse, address)
        seen += [each["resource"]["id"] for each in bundle["entry"] if each["search"]["mode"] == "match"]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        address = links["next"].partition(ROOT)[2] if "next" in links else ""
    assert len(seen) == len(set(seen)) == before
    assert AccessRead.objects.filter(person=record.resident).count() > before


@pytest.mark.parametrize("hidden", [{"is_restricted": True}, {"sensitivity": "restricted"}])
def test_of_a_doctor_whose_place_is_never_named_the_log_has_the_name_alone(hidden):
    there = practice()
    record, _number = opened(there)
    doctors = [clinic(there.ready).doctor, clinic(there.ready, **hidden).doctor]
    for doctor in doctors:
        doctor.user = UserFactory()
        doctor.save()
        AccessRead.objects.create(user=doctor.user, person=record.resident, what="health_record", at=now())
    named, unnamed = (each["agent"][0]["who"] for each in found(there.nurse, "AuditEvent"))
    assert named["reference"] == f"Practitioner/{doctors[0].pk}"
    assert unnamed == {"type": "Practitioner", "display": doctors[1].user.shown_name}
    assert found(there.nurse, f"AuditEvent?agent=Practitioner/{doctors[1].pk}") == []


def test_who_corrected_an_allergy_is_not_told_by_the_name_of_a_clinic_that_is_never_named():
    there = practice()
    asylum = practice(there.ready, name_zh="精神病院", is_restricted=True)
    person_and_number = there.resident()
    record, _number = opened(there, person_and_number)
    opened(asylum, person_and_number)
    for place in (there, asylum):
        about = {"record": record, "clinic": place.clinic, "by": place.doctor, "at": now()}
        allergy = record_allergy(**about, allergen="other", substance="虾", criticality="low")
        correct_entry(**about, kind="allergy", entry=allergy.pk, reason="记错了人")
    first, second = (each["agent"][0]["who"] for each in found(there.nurse, "Provenance"))
    assert first == {"reference": f"Organization/{there.clinic.pk}"}
    assert second == {"type": "Organization", "display": "a clinic"}


def test_a_change_of_an_allergy_stands_in_the_log_of_the_record_that_the_person_has_now():
    there = practice()
    kept, gone = opened(there)[0], opened(there)[0]
    about = {"clinic": there.clinic, "by": there.doctor, "at": now()}
    allergy = record_allergy(record=gone, **about, allergen="other", substance="虾", criticality="low")
    correct_entry(record=gone, **about, kind="allergy", entry=allergy.pk, reason="记错了")
    Person.objects.filter(pk=gone.resident_id).update(merged_into=kept.resident)
    assert len(found(there.nurse, f"Provenance?patient={kept.resident_id}")) == 1
    assert AccessRead.objects.filter(person=kept.resident, what="fhir").count() == 1
