"""A measurement that a system of a hospital adds over the FHIR interface."""

import datetime as dt
from decimal import Decimal

import orjson
import pytest
from django.utils.timezone import now

from core.fields import uuid7
from health.fhir.wire import MEDIA_TYPE
from health.records.models import Observation
from health.records.services import open_emergency_access
from stations.models import AccessRead
from stations.people.models import Consent
from stations.people.services import withdraw_consent
from tests.factories.chronic import practice
from tests.factories.records import opened, wrote
from tests.factories.stations import api_client
from tests.health.fhir.test_reading import ROOT

pytestmark = pytest.mark.django_db
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def value(number, unit):
    return {"value": number, "unit": unit, "system": UCUM, "code": unit}


def code(text):
    return {"coding": [{"system": LOINC, "code": text}]}


def measured(held, **elements):
    """A temperature in an encounter, with other elements in the place of these."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": code("8310-5"),
        "subject": {"reference": f"Patient/{held.resident_id}"},
        "encounter": {"reference": f"Encounter/{held.pk}"},
        "valueQuantity": value(36.8, "Cel"),
        **elements,
    }


def pressure(systolic, diastolic, unit="mm[Hg]"):
    parts = {"8480-6": systolic, "8462-4": diastolic}
    return {
        "code": code("85354-9"),
        "valueQuantity": None,
        "component": [{"code": code(loinc), "valueQuantity": value(number, unit)} for loinc, number in parts.items()],
    }


def send(user, body, key="", kind=MEDIA_TYPE):
    sent = {name: each for name, each in body.items() if each is not None}
    headers = {"Idempotency-Key": key or uuid7().hex}
    answer = api_client(user).generic("POST", f"{ROOT}Observation", orjson.dumps(sent), kind, headers=headers)
    assert answer["Content-Type"] == MEDIA_TYPE
    return answer, orjson.loads(answer.content)


def written():
    """A clinic and an encounter that its nurse wrote down."""
    there = practice()
    record, _number = opened(there)
    return there, wrote(there, record)


@pytest.mark.parametrize("kind", [MEDIA_TYPE, "application/json"])
def test_a_measurement_is_added_to_an_encounter_and_answered_as_it_is_stored(kind):
    there, encounter = written()
    at = now().replace(microsecond=0) - dt.timedelta(minutes=5)
    answer, shown = send(there.nurse, measured(encounter, effectiveDateTime=at.isoformat()), kind=kind)
    row = Observation.objects.get()
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"/Observation/{row.pk}")
    assert (row.value, row.unit, row.encounter, row.measured_at) == (Decimal("36.80"), "Cel", encounter, at)
    assert shown["id"] == str(row.pk)
    assert row.recorded_by == there.nurse


def test_a_blood_pressure_needs_both_values_in_millimetres_of_mercury():
    there, encounter = written()
    answer, _shown = send(there.nurse, measured(encounter, **pressure(134, 82)))
    assert answer.status_code == 201
    row = Observation.objects.get()
    assert (row.systolic, row.diastolic) == (134, 82)
    only_one = {**pressure(134, 82), "component": pressure(134, 82)["component"][:1]}
    for wrong in (only_one, pressure(134.5, 82), pressure(134, 82, "mmHg")):
        answer, said = send(there.nurse, measured(encounter, **wrong))
        assert (answer.status_code, said["issue"][0]["code"]) == (400, "invalid")
    assert Observation.objects.count() == 1


def test_what_cannot_be_is_refused_and_changes_nothing():
    there, encounter = written()
    later = (now() + dt.timedelta(hours=1)).isoformat()
    refused = {
        "value_not_possible": {"valueQuantity": value(98.2, "Cel")},
        "measured_later": {"effectiveDateTime": later},
        "entry_not_found": {"encounter": {"reference": f"Encounter/{uuid7()}"}},
        "patient_not_found": {"subject": {"reference": f"Patient/{uuid7()}"}},
        "invalid": {"code": code("2160-0")},
    }
    for diagnostics, elements in refused.items():
        _answer, said = send(there.nurse, measured(encounter, **elements))
        assert (said["resourceType"], said["issue"][0]["diagnostics"]) == ("OperationOutcome", diagnostics)
    for elements in (
        {"valueQuantity": value(98.2, "[degF]")},
        {"subject": {"reference": "Group/1"}},
        {"status": "amended"},
    ):
        assert send(there.nurse, measured(encounter, **elements))[0].status_code == 400
    withdraw_consent(consent=Consent.objects.get(withdrawn_at=None), by=there.nurse, at=now())
    assert send(there.nurse, measured(encounter))[1]["issue"][0]["diagnostics"] == "consent_missing"
    assert not Observation.objects.exists()


def test_a_stranger_writes_nothing_and_the_attempt_stands_in_the_log_of_the_resident():
    there, encounter = written()
    elsewhere = practice()
    answer, said = send(elsewhere.nurse, measured(encounter))
    _answer, unknown = send(elsewhere.nurse, measured(encounter, subject={"reference": f"Patient/{uuid7()}"}))
    assert (answer.status_code, said) == (422, unknown)
    assert AccessRead.objects.filter(person=encounter.resident, what="refused").count() == 1
    partner = api_client(there.ready.partner)
    assert partner.post(f"{ROOT}Observation", {}, format="json").status_code == 403
    assert not Observation.objects.exists()


def test_a_clinic_adds_nothing_to_an_encounter_of_another_one():
    there, encounter = written()
    elsewhere = practice(there.ready)
    answer, said = send(elsewhere.nurse, measured(encounter))
    assert (answer.status_code, said["issue"][0]["diagnostics"]) == (422, "patient_not_found")


def test_the_same_key_adds_one_measurement():
    there, encounter = written()
    key = uuid7().hex
    first, shown = send(there.nurse, measured(encounter), key)
    again, shown_again = send(there.nurse, measured(encounter), key)
    assert (first.status_code, again.status_code, shown) == (201, 201, shown_again)
    assert Observation.objects.count() == 1
    other, said = send(there.nurse, measured(encounter, **pressure(134, 82)), key)
    assert (other.status_code, said["issue"][0]["diagnostics"]) == (422, "idempotency_key_reused")
    _answer, said = send(there.nurse, measured(encounter), "short")
    assert said["issue"][0]["diagnostics"] == "idempotency_key_missing"


@pytest.mark.parametrize(
    "elements",
    [
        {"valueQuantity": {**value(36.8, "Cel"), "comparator": "<"}},
        {"modifierExtension": [{"url": "https://example.org/not", "valueBoolean": True}]},
        {"implicitRules": "https://example.org/rules"},
        {"focus": [{"reference": "Patient/another"}]},
        {"effectivePeriod": {"start": "2020-01-01T08:00:00+08:00"}},
    ],
)
def test_what_changes_the_meaning_and_is_not_stored_is_refused(elements):
    there, encounter = written()
    answer, said = send(there.nurse, measured(encounter, **elements))
    assert (answer.status_code, said["issue"][0]["code"]) == (400, "invalid")
    assert not Observation.objects.exists()


def test_what_is_written_in_an_emergency_is_stored_and_nobody_reads_of_a_refusal():
    there, elsewhere = practice(), practice()
    record, number = opened(there)
    reason = "患者昏迷被送来，需要立即了解过敏史"
    open_emergency_access(clinic=elsewhere.clinic, id_number=number, reason=reason, by=elsewhere.nurse, at=now())
    encounter = wrote(elsewhere, record)
    headers = {"Idempotency-Key": uuid7().hex}
    answer = api_client(elsewhere.nurse).generic(
        "POST", f"{ROOT}Observation", orjson.dumps(measured(encounter)), MEDIA_TYPE, headers=headers
    )
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer["Location"].endswith(f"/Observation/{Observation.objects.get().pk}")
    assert not AccessRead.objects.filter(person=record.resident, what="refused").exists()
