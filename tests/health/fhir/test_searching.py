"""Searches of the FHIR interface: each parameter, pages, what is included, and what is not known."""

import datetime as dt
from decimal import Decimal
from itertools import cycle, islice
from urllib.parse import quote

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from health.checkups.services import release_report
from health.fhir.table import TYPES
from health.fhir.wire import dumps
from health.records.models import Code, Observation
from health.records.services import Glucose, Pressure, Vital
from stations.models import AccessRead
from tests.factories.checkups import checkup_place
from tests.factories.chronic import practice
from tests.factories.health import clinic, nurse_of, registered
from tests.factories.records import opened, wrote
from tests.factories.stations import api_client
from tests.health.fhir.test_reading import ROOT, found, get

APPOINTMENT = TYPES["Appointment"]
pytestmark = pytest.mark.django_db


def measured(there, *readings, at=None):
    """A record with these measurements."""
    record, _number = opened(there)
    wrote(there, record, readings=readings, at=at or now())
    return record


@pytest.mark.parametrize(
    ("value", "is_found"),
    [
        ("7.0", True),
        ("7.04", False),
        ("7", True),
        ("gt7.0", False),
        ("ge7.0", True),
        ("lt7.0", False),
        ("le7.0", True),
        ("ne7.0", False),
        ("gt6.99", True),
        ("7.0|http://unitsofmeasure.org|mmol/L", True),
        ("7.0|http://unitsofmeasure.org|mg/dL", False),
    ],
)
def test_a_value_is_found_at_its_precision_and_in_its_unit(value, is_found):
    there = practice()
    measured(there, Glucose(Decimal("7.00"), "mmol/L", is_fasting=True))
    assert bool(found(there.nurse, f"Observation?value-quantity={quote(value)}")) == is_found


def test_a_date_is_a_period_and_an_instant_has_its_offset():
    there = practice()
    measured(there, Pressure(134, 82))
    row = Observation.objects.get()
    at = row.measured_at
    earlier, later = (quote((at + step).isoformat()) for step in (-dt.timedelta(minutes=1), dt.timedelta(minutes=1)))
    year = at.year
    assert len(found(there.nurse, f"Observation?date=ge{earlier}&date=lt{later}")) == 1
    assert found(there.nurse, f"Observation?date=lt{earlier}") == []
    assert found(there.nurse, f"Observation?date=gt{later}") == []
    assert len(found(there.nurse, f"Observation?date=ge{year - 1}&date=le{year + 1}")) == 1
    assert found(there.nurse, f"Observation?date={year - 2}") == []
    for wrong in ("yesterday", "2026-13-01", "2026-02-30", "0001-01-01", "2026-01-01T25:00:00Z"):
        answer, said = get(there.nurse, f"Observation?date={wrong}")
        assert (answer.status_code, said["issue"][0]["code"]) == (400, "invalid"), wrong


def test_codes_are_searched_with_or_without_their_system_and_several_at_once():
    there = practice()
    measured(there, Pressure(134, 82), Vital(Code.PULSE, Decimal(72)), Glucose(Decimal(7), "mmol/L", is_fasting=True))
    asked = {
        "code=85354-9": 1,
        "code=http%3A%2F%2Floinc.org%7C85354-9": 1,
        "code=http%3A%2F%2Fsnomed.info%2Fsct%7C85354-9": 0,
        "code=85354-9,8867-4": 2,
        "combo-code=8480-6": 1,
        "combo-code=8867-4": 1,
        "category=vital-signs": 2,
        "category=laboratory": 1,
        "category=imaging": 0,
        "status=final": 3,
        "status=preliminary": 0,
    }
    assert {words: len(found(there.nurse, f"Observation?{words}")) for words in asked} == asked


def test_pages_follow_each_other_and_each_resident_on_one_stands_in_the_log_once():
    there = practice()
    records = [measured(there, Pressure(134, 82)) for _ in range(5)]
    seen, address = [], "Observation?_count=2"
    while address:
        _answer, bundle = get(there.nurse, address)
        seen += [each["resource"]["id"] for each in bundle["entry"]]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        address = links["next"].partition(ROOT)[2] if "next" in links else ""
    assert seen == sorted(str(row.pk) for row in Observation.objects.all())
    assert len(seen) == 5
    assert AccessRead.objects.filter(what="fhir").count() == len(records)
    answer, said = get(there.nurse, "Observation?_count=2&_cursor=0%3Anonsense")
    assert (answer.status_code, said["issue"][0]["diagnostics"]) == (400, "cursor_invalid")


def test_a_page_of_a_type_goes_on_from_one_table_to_the_next():
    there = practice()
    enrolment = there.under_care()
    there.visit(enrolment, (134, 82))
    record, _number = opened(there)
    wrote(there, record)
    _answer, first = get(there.nurse, "Encounter?_count=1")
    address = next(each["url"] for each in first["link"] if each["relation"] == "next").partition(ROOT)[2]
    _answer, second = get(there.nurse, address)
    kinds = [
        each["resource"].get("type", [{}])[0].get("text") for bundle in (first, second) for each in bundle["entry"]
    ]
    assert kinds == [None, "follow-up visit"]
    assert [each["relation"] for each in second["link"]] == ["self"]


@pytest.mark.parametrize(
    ("count", "status"), [("0", 400), ("1", 200), ("200", 200), ("201", 200), ("-1", 400), ("x", 400)]
)
def test_a_page_has_1_to_200_resources(count, status):
    assert get(practice().nurse, f"Observation?_count={count}")[0].status_code == status


def test_what_is_not_known_is_refused_or_said_and_never_passed_over_in_silence():
    there = practice()
    measured(there, Pressure(134, 82))
    for words in ("colour=red", "patient=", "patient.name=Li", "code:not=85354-9", "_include=Observation:device"):
        answer, said = get(there.nurse, f"Observation?{words}", Prefer="handling=strict")
        assert (answer.status_code, said["resourceType"]) == (400, "OperationOutcome")
        answer, bundle = get(there.nurse, f"Observation?{words}")
        notes = [each["resource"] for each in bundle["entry"] if each["search"]["mode"] == "outcome"]
        assert (answer.status_code, len(notes)) == (200, 1)
        assert words.partition("=")[0] in notes[0]["issue"][0]["details"]["text"]
        assert len(found(there.nurse, f"Observation?{words}")) == 1


def test_an_appointment_brings_its_slot_and_its_actors():
    booked = clinic()
    appointment = registered(booked)
    nurse = nurse_of(booked.hospital)
    _answer, bundle = get(nurse, "Appointment?_include=Appointment:slot&_include=Appointment:actor")
    included = {each["resource"]["resourceType"] for each in bundle["entry"] if each["search"]["mode"] == "include"}
    assert included == {"Slot", "Patient", "Practitioner", "HealthcareService", "Location"}
    (shown,) = found(nurse, f"Appointment?slot=Slot/{appointment.booking.slot_id}&status=booked")
    assert shown["extension"][0]["valueMoney"] == {"value": 25.0, "currency": "CNY"}
    assert found(nurse, f"Appointment?actor=Practitioner/{booked.doctor.pk}") == [shown]
    assert found(nurse, "Appointment?status=cancelled") == []


def test_a_fee_of_three_decimals_keeps_them():
    row = APPOINTMENT.sources[0].rows().get(pk=registered(clinic(fee=2_500)).pk)
    row.currency = "KWD"
    assert b'"value":2.500,"currency":"KWD"' in dumps(APPOINTMENT.sources[0].resource(row))


def test_places_of_a_slot_are_free_until_the_last_one_is_taken():
    booked = clinic(capacity=1)
    nurse = nurse_of(booked.hospital)
    (before,) = found(nurse, f"Slot?schedule=Schedule/{booked.doctor.pk}&status=free")
    registered(booked)
    assert found(nurse, "Slot?status=free") == []
    (after,) = found(nurse, "Slot?status=busy")
    assert (before["extension"][0]["valueUnsignedInt"], after["extension"][0]["valueUnsignedInt"]) == (1, 0)
    assert after["meta"]["lastUpdated"] > before["meta"]["lastUpdated"]
    assert len(found(nurse, f"Schedule?actor=Practitioner/{booked.doctor.pk}&active=true")) == 1
    day = booked.session.local_date
    assert len(found(nurse, f"Schedule?date={day}")) == 1
    assert found(nurse, f"Schedule?date=lt{day}") == []


def test_results_of_a_check_up_are_preliminary_until_a_doctor_releases_the_report():
    there = checkup_place()
    order = there.completed(glucose=Decimal("7.10"))
    nurse = there.nurse
    _answer, bundle = get(nurse, f"Observation?patient={order.resident_id}&category=laboratory&_count=200")
    shown = [each["resource"] for each in bundle["entry"]]
    assert {each["status"] for each in shown} == {"preliminary"}
    glucose = next(each for each in shown if each.get("valueQuantity", {}).get("code") == "mmol/L" and high(each))
    assert glucose["interpretation"][0]["coding"][0]["code"] == "H"
    assert "referenceRange" in glucose
    release_report(report=order.report, by=there.doctor, at=there.noon)
    (report,) = found(nurse, f"DiagnosticReport?patient={order.resident_id}&status=final")
    assert len(report["result"]) == len(found(nurse, f"Observation?patient={order.resident_id}&_count=200"))
    (request,) = found(nurse, f"ServiceRequest?patient={order.resident_id}")
    assert report["basedOn"] == [{"reference": f"ServiceRequest/{request['id']}"}]


def high(shown):
    return shown.get("interpretation", [{"coding": [{"code": ""}]}])[0]["coding"][0]["code"] == "H"


def test_a_page_of_many_costs_as_many_statements_as_a_page_of_one():
    there = practice()
    record = measured(there, Pressure(134, 82))
    client, counts = api_client(there.nurse), []
    for many in (1, 17):
        client.get(f"{ROOT}Observation")
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"{ROOT}Observation")
        assert len(orjson.loads(answer.content)["entry"]) == many
        counts.append(len(asked))
        for _ in range(8):
            wrote(there, record, readings=[Pressure(134, 82), Vital(Code.PULSE, Decimal(72))])
    assert counts[0] == counts[1]


WORDS = (
    "' OR '1'='1' --",
    "x\x00y",
    "%00%27",
    "村" * 200,
    "|",
    "a|b|c",
    "/",
    "Patient/",
    "9" * 18,
    "9" * 40,
    ",",
    "ge",
    "$",
)


#: One after the other over the parameters; every word at each of them is slow.
@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("many", [3, pytest.param(len(WORDS), marks=pytest.mark.slow)])
def test_no_word_breaks_a_search(name, many):
    client, chosen = api_client(practice().nurse), cycle(WORDS)
    for parameter in [*TYPES[name].parameters, "_id", "_lastUpdated", "_count", "_include", "_cursor"]:
        for words in islice(chosen, many):
            answer = client.get(f"{ROOT}{name}", {parameter: words})
            assert answer.status_code in {200, 400}, (parameter, words)
            # What holds a zero byte is refused before it reaches the interface.
            assert answer["Content-Type"] == "application/fhir+json" or "\x00" in words


def test_whoever_is_asked_for_by_an_address_or_through_a_reference_reads_of_the_refusal():
    there, elsewhere = practice(), practice()
    record = measured(there, Pressure(134, 82))
    person, enrolment = record.resident_id, there.under_care()
    asked = {
        f"Observation?patient=http://testserver{ROOT}Patient/{person}": person,
        f"AuditEvent?entity=Patient/{person}": person,
        f"Provenance?target=EpisodeOfCare/{enrolment.pk}": enrolment.resident_id,
        f"Provenance?target={enrolment.pk}": enrolment.resident_id,
    }
    for address, refused in asked.items():
        rows = AccessRead.objects.filter(person=refused, what="refused")
        before = rows.count()
        assert found(elsewhere.nurse, address) == []
        assert rows.count() == before + 1, address


def test_many_ids_cost_as_many_statements_as_one():
    there, elsewhere = practice(), practice()
    records = [measured(there, Pressure(134, 82)) for _ in range(5)]
    client, counts = api_client(elsewhere.nurse), []
    for many in (1, 1, 5):
        ids = ",".join(str(record.resident_id) for record in records[:many])
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{ROOT}Patient?_id={ids}")
        counts.append(sum(each["sql"].startswith("SELECT") for each in asked.captured_queries))
    assert counts[1] == counts[2]
