"""The FHIR interface as a hospital's system reads it: values, versions, who may read what, and what is recorded."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.utils.timezone import now

from health.fhir.table import TYPES
from health.hospitals.models import Department, HospitalStaff
from health.records.models import Drug, Observation
from health.records.services import (
    Glucose,
    Pressure,
    agree,
    correct_entry,
    open_emergency_access,
    record_allergy,
    record_diagnosis,
    record_medicine,
)
from stations.models import AccessRead
from stations.people.models import Consent
from stations.people.services import withdraw_consent
from tests.factories.chronic import practice
from tests.factories.health import agree as agree_to_be_registered
from tests.factories.health import clinic, nurse_of, registered
from tests.factories.records import opened, wrote
from tests.factories.stations import LONG_AGO, PostFactory, api_client

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/fhir/"
REASON = "患者昏迷被送来，需要立即了解过敏史"
ENTRIES = ("Encounter", "Observation", "Condition", "AllergyIntolerance", "MedicationStatement")
#: A value of each kind of search parameter.
EXAMPLES = {"token": "active", "date": "ge2026-01-01", "reference": "Patient/1", "string": "a", "quantity": "gt7.0"}


def get(user, address, **headers):
    """What the interface answers, and the answer read."""
    answer = api_client(user).get(ROOT + address, headers=headers)
    return answer, orjson.loads(answer.content) if answer.content else None


def found(user, address):
    """The resources of a search, in order; what is only included or said about it is left out."""
    answer, bundle = get(user, address)
    assert answer.status_code == 200, bundle
    return [each["resource"] for each in bundle.get("entry", []) if each["search"]["mode"] == "match"]


def looks(person, what="fhir"):
    return AccessRead.objects.filter(person=person, what=what).count()


def test_a_blood_pressure_has_both_values_in_millimetres_of_mercury_and_the_time_with_its_offset():
    there = practice()
    record, _number = opened(there)
    encounter = wrote(there, record, readings=[Pressure(134, 82)])
    row = Observation.objects.get()
    answer, shown = get(there.nurse, f"Observation/{row.pk}")
    assert answer["Content-Type"] == "application/fhir+json"
    assert shown["code"]["coding"][0] | {"display": ""} == {
        "system": "http://loinc.org",
        "code": "85354-9",
        "display": "",
    }
    values = {part["code"]["coding"][0]["code"]: part["valueQuantity"] for part in shown["component"]}
    assert {code: (each["value"], each["code"]) for code, each in values.items()} == {
        "8480-6": (134, "mm[Hg]"),
        "8462-4": (82, "mm[Hg]"),
    }
    assert shown["subject"] == {"reference": f"Patient/{record.resident_id}"}
    assert shown["encounter"] == {"reference": f"Encounter/{encounter.pk}"}
    at = dt.datetime.fromisoformat(shown["effectiveDateTime"])
    assert abs(at - row.measured_at) < dt.timedelta(milliseconds=1)
    assert at.utcoffset() == row.measured_at.astimezone(ZoneInfo(there.clinic.zone)).utcoffset()
    assert "http://hl7.org/fhir/StructureDefinition/bp" in shown["meta"]["profile"]


def test_a_decimal_is_sent_with_the_digits_that_are_stored():
    there = practice()
    record, _number = opened(there)
    wrote(there, record, readings=[Glucose(Decimal("7.10"), "mmol/L", is_fasting=True)])
    answer, _shown = get(there.nurse, "Observation")
    assert b'"value":7.10,' in answer.content


def test_each_look_and_each_refusal_stands_in_the_log_of_the_resident():
    there, elsewhere = practice(), practice()
    record, _number = opened(there)
    wrote(there, record, readings=[Pressure(134, 82)])
    person, row = record.resident, Observation.objects.get()
    get(there.nurse, f"Observation/{row.pk}")
    get(there.nurse, "Observation")
    get(there.doctor, f"Patient/{person.pk}/$everything")
    assert looks(person) == 3
    for address in (
        f"Patient/{person.pk}",
        f"Observation/{row.pk}",
        f"Observation/{row.pk}/_history",
        f"Patient/{person.pk}/$everything",
    ):
        answer, said = get(elsewhere.doctor, address)
        assert (answer.status_code, said["resourceType"], said["issue"][0]["code"]) == (
            404,
            "OperationOutcome",
            "not-found",
        )
    assert looks(person, "refused") == 4
    assert found(elsewhere.doctor, f"Observation?patient={person.pk}") == []
    assert found(elsewhere.doctor, f"Observation?_id={row.pk}") == []
    assert found(elsewhere.doctor, f"Patient?_id={person.pk}") == []
    assert (looks(person), looks(person, "refused")) == (3, 7)


def test_what_does_not_exist_and_what_is_out_of_reach_look_the_same():
    there, elsewhere = practice(), practice()
    record, _number = opened(there)
    _answer, unknown = get(elsewhere.nurse, f"Patient/{there.nurse.pk}")
    answer, closed = get(elsewhere.nurse, f"Patient/{record.resident_id}")
    assert (answer.status_code, closed) == (404, unknown)


@pytest.mark.parametrize("role", ["partner", "helper", "county_manager", "auditor", "platform_admin", "pharmacist"])
def test_whoever_works_in_no_clinic_is_refused(role):
    there = practice()
    record, _number = opened(there)
    where = {"station": there.ready.station} if role in {"partner", "helper"} else {"division": there.clinic.division}
    user = PostFactory(role=role, **({} if role in {"platform_admin", "auditor"} else where)).user
    assert get(user, "Patient")[0].status_code == 403
    assert get(user, f"Patient/{record.resident_id}")[0].status_code == 404
    assert get(user, f"Organization/{there.clinic.pk}")[0].status_code == 404


def test_without_a_token_only_the_statement_of_capabilities_is_answered(client):
    assert client.get(f"{ROOT}metadata").status_code == 200
    answer = client.get(f"{ROOT}Patient")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/fhir+json")
    assert answer.json()["issue"][0]["code"] == "login"


def test_a_hospital_reads_the_record_of_its_patient_as_long_as_the_resident_agrees_to_share():
    there = practice()
    booked = clinic(there.ready)
    person, number = there.resident()
    record, _number = opened(there, (person, number))
    wrote(there, record, readings=[Pressure(134, 82)])
    nurse = nurse_of(booked.hospital)
    assert found(nurse, "Patient") == []
    agree_to_be_registered(person, there.ready)
    appointment = registered(booked, person)
    assert [each["id"] for each in found(nurse, "Patient")] == [str(person.pk)]
    assert [each["id"] for each in found(nurse, f"Appointment?patient={person.pk}")] == [str(appointment.pk)]
    assert found(nurse, "Observation") == []
    share = {"purpose": "share_with_hospital", "manner": "signature", "by": there.nurse, "at": now()}
    agree(resident=person, **share)
    assert len(found(nurse, "Observation")) == 1
    withdraw_consent(consent=Consent.objects.get(purpose="share_with_hospital"), by=there.nurse, at=now())
    assert found(nurse, "Observation") == []
    assert len(found(there.nurse, "Observation")) == 1
    HospitalStaff.objects.filter(user=there.nurse).update(to_at=now())
    assert found(there.nurse, "Observation") == []


def test_what_is_never_named_is_sent_to_the_clinic_that_wrote_it_alone():
    there, elsewhere = practice(), practice()
    person, number = there.resident()
    record, _number = opened(there, (person, number))
    opened(elsewhere, (person, number))
    mind = Department.objects.create(
        hospital=elsewhere.clinic, code="MIND", name="Psychiatry", name_zh="精神科", sensitivity="restricted"
    )
    wrote(elsewhere, record, by=elsewhere.nurse, department=mind, readings=[Pressure(134, 82)])
    about = {"record": record, "clinic": elsewhere.clinic, "by": elsewhere.doctor, "at": now()}
    record_diagnosis(**about, code="F32")
    record_allergy(**about, allergen="penicillins", criticality="high")
    for name, many in {"Encounter": 1, "Observation": 1, "Condition": 1, "AllergyIntolerance": 1}.items():
        assert len(found(elsewhere.nurse, name)) == many
    for name in ("Encounter", "Observation", "Condition"):
        assert found(there.doctor, name) == []
        assert found(there.doctor, f"{name}?patient={person.pk}") == []
    _answer, all_of_it = get(there.doctor, f"Patient/{person.pk}/$everything")
    assert "Psychiatry" not in orjson.dumps(all_of_it["entry"]).decode()
    assert "F32" not in orjson.dumps(all_of_it["entry"]).decode()
    assert all_of_it["entry"][-1]["resource"]["issue"][0]["code"] == "suppressed"
    own = get(elsewhere.doctor, f"Patient/{person.pk}/$everything")[1]
    assert {each["search"]["mode"] for each in own["entry"]} == {"match", "include"}
    (allergy,) = found(there.doctor, "AllergyIntolerance")
    assert allergy["code"]["text"] == "penicillins"
    assert "recorder" not in allergy


def test_emergency_access_opens_pages_and_no_copy_for_a_system():
    there, elsewhere = practice(), practice()
    record, number = opened(there)
    wrote(there, record, readings=[Pressure(134, 82)])
    open_emergency_access(clinic=elsewhere.clinic, id_number=number, reason=REASON, by=elsewhere.nurse, at=now())
    assert found(elsewhere.nurse, "Observation") == []


def test_what_was_entered_in_error_is_told_by_its_status_and_says_nothing_else():
    there = practice()
    record, _number = opened(there)
    about = {"record": record, "clinic": there.clinic, "by": there.doctor, "at": now()}
    entry = wrote(there, record, summary="写错的人", readings=[Pressure(134, 82)])
    diagnosis = record_diagnosis(**about, code="M10")
    allergy = record_allergy(**about, allergen="other", substance="虾", criticality="low")
    medicine = record_medicine(
        **about, drug=Drug.objects.get(code="C08CA01"), dose="每天一次", from_date=LONG_AGO.date()
    )
    versions = {name: found(there.nurse, name)[0]["meta"]["versionId"] for name in ENTRIES}
    for kind, row in {"encounter": entry, "diagnosis": diagnosis, "allergy": allergy, "medicine": medicine}.items():
        correct_entry(**about, kind=kind, entry=row.pk, reason="记错了人")
    for name in ENTRIES:
        (shown,) = found(there.nurse, name)
        said = orjson.dumps(shown).decode()
        assert "entered-in-error" in said
        assert [word for word in ("M10", "虾", "C08CA01", "Quantity", "每天一次") if word in said] == []
        assert shown["meta"]["versionId"] != versions[name]
    changes = found(there.nurse, f"Provenance?patient={record.resident_id}")
    assert {each["target"][0]["reference"] for each in changes} == {
        f"Encounter/{entry.pk}",
        f"Condition/{diagnosis.pk}",
        f"AllergyIntolerance/{allergy.pk}",
        f"MedicationStatement/{medicine.pk}",
    }


def test_the_version_that_exists_is_read_and_listed_and_no_other_one_is_made_up():
    there = practice()
    record, _number = opened(there)
    address = f"Patient/{record.resident_id}"
    answer, shown = get(there.nurse, address)
    version = shown["meta"]["versionId"]
    assert answer["ETag"] == f'W/"{version}"'
    again, _nothing = get(there.nurse, address, **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert get(there.nurse, f"{address}/_history/{version}")[1] == shown
    assert get(there.nurse, f"{address}/_history/{'0' * 16}")[0].status_code == 404
    _answer, history = get(there.nurse, f"{address}/_history")
    assert [each["resource"] for each in history["entry"]] == [shown]
    record.resident.preferred_name = "阿兰"
    record.resident.save(update_fields=["preferred_name", "updated_at"])
    changed = get(there.nurse, address)[1]
    assert changed["meta"]["versionId"] != version
    assert changed["meta"]["lastUpdated"] > shown["meta"]["lastUpdated"]
    assert get(there.nurse, f"{address}/_history/{version}")[0].status_code == 404


def test_slots_and_schedules_say_nothing_of_patients():
    booked = clinic()
    appointment = registered(booked)
    nurse = nurse_of(booked.hospital)
    said = orjson.dumps([*found(nurse, "Slot"), *found(nurse, "Schedule")]).decode()
    person = appointment.resident
    assert "Patient" not in said
    assert str(person.pk) not in said
    assert person.full_name not in said
    assert looks(person) == 0


def test_everything_of_a_patient_refers_to_what_is_sent_with_it():
    there = practice()
    record, _number = opened(there)
    wrote(there, record, readings=[Pressure(134, 82)])
    record_medicine(
        record=record,
        clinic=there.clinic,
        name="阿胶",
        dose="每天一次",
        from_date=LONG_AGO.date(),
        by=there.nurse,
        at=now(),
    )
    _answer, bundle = get(there.nurse, f"Patient/{record.resident_id}/$everything")
    kinds = [each["resource"]["resourceType"] for each in bundle["entry"]]
    assert {"Patient", "Encounter", "Observation", "MedicationStatement", "Consent", "Organization"} <= set(kinds)
    sent = {f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in bundle["entry"]}
    assert [name for name in references_of(bundle) if name not in sent] == []
    some = get(there.nurse, f"Patient/{record.resident_id}/$everything?_type=Observation")[1]
    assert {each["resource"]["resourceType"] for each in some["entry"] if each["search"]["mode"] == "match"} == {
        "Observation"
    }


def test_what_everything_does_not_know_is_refused_or_said():
    there = practice()
    record, _number = opened(there)
    address = f"Patient/{record.resident_id}/$everything?start=2026-01-01"
    assert get(there.nurse, address, Prefer="handling=strict")[0].status_code == 400
    answer, bundle = get(there.nurse, address)
    (note,) = (each["resource"] for each in bundle["entry"] if each["search"]["mode"] == "outcome")
    assert (answer.status_code, note["issue"][0]["details"]["text"]) == (200, "This parameter was ignored: start")


def references_of(value):
    """Every relative reference in it."""
    if isinstance(value, list):
        for each in value:
            yield from references_of(each)
    elif isinstance(value, dict):
        if "reference" in value:
            yield value["reference"]
        for each in value.values():
            yield from references_of(each)


def test_the_statement_of_capabilities_lists_exactly_what_is_answered(client):
    there = practice()
    statement = orjson.loads(client.get(f"{ROOT}metadata").content)
    listed = {each["type"]: each for each in statement["rest"][0]["resource"]}
    assert set(listed) == {*TYPES, "Group", "OperationDefinition", "StructureDefinition"}
    for name in TYPES:
        for parameter in listed[name]["searchParam"]:
            value = EXAMPLES.get(parameter["name"], EXAMPLES.get(parameter["type"]))
            answer, _bundle = get(there.nurse, f"{name}?{parameter['name']}={value}", Prefer="handling=strict")
            assert answer.status_code == 200, (name, parameter)
    for name in ("places-left", "fee", "number"):
        definition = orjson.loads(client.get(f"{ROOT}StructureDefinition/{name}").content)
        assert definition["url"].endswith(f"/StructureDefinition/{name}")
