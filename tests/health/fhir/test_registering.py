"""A hospital's system registers a patient at its desk over the FHIR interface: held, booked, given up; never twice."""

import datetime as dt
from dataclasses import replace

import orjson
import pytest
from django.utils.timezone import now

from core.fields import uuid7
from core.models import Notice
from finance.models import Refund
from finance.payments.models import Payment
from health.appointments.models import Appointment
from health.fhir.operations import DEFINITIONS
from health.fhir.wire import MEDIA_TYPE
from health.hospitals.models import Hospital
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import expire_holds
from stations.models import AccessRead
from stations.people.models import Consent
from stations.people.services import withdraw_consent
from tests.factories.finance import desk
from tests.factories.gateways import ProviderFactory
from tests.factories.health import clinic, nurse_of, patient, registered, session_of
from tests.factories.stations import api_client
from tests.health.fhir.test_reading import ROOT, get
from tests.races import together

MINUTE = dt.timedelta(minutes=1)


def send(user, address, body, key=""):
    headers = {"Idempotency-Key": key or uuid7().hex}
    answer = api_client(user).generic("POST", f"{ROOT}{address}", orjson.dumps(body), MEDIA_TYPE, headers=headers)
    assert answer["Content-Type"] == MEDIA_TYPE
    return answer, orjson.loads(answer.content)


def wish(place, person, status="booked", **elements):
    """What a system sends to register a patient for a slot."""
    return {
        "resourceType": "Appointment",
        "status": status,
        "slot": [{"reference": f"Slot/{place.pk}"}],
        "start": place.starts_at.isoformat(),
        "end": place.ends_at.isoformat(),
        "participant": [{"actor": {"reference": f"Patient/{person.pk}"}, "status": "accepted"}],
        **elements,
    }


def given_up(reason):
    return {"resourceType": "Parameters", "parameter": [{"name": "reason", "valueCode": reason}]}


def known_patient(there, *, days=6, **values):
    """A resident whom the hospital knows, as the station has registered them for another clinic."""
    person = patient(there.ready, phone="13805160001", **values)
    registered(replace(there, session=session_of(there.doctor, days=days)), person)
    return person


@pytest.mark.django_db
def test_a_place_is_held_booked_and_given_up_once_each_and_the_statement_says_so():
    there = clinic(capacity=2)
    nurse, person = nurse_of(there.hospital), known_patient(there)
    before = Payment.objects.count()
    held, shown = send(nurse, "Appointment/$hold", wish(there.slot, person, "pending"), key="h" * 32)
    assert (held.status_code, shown["status"], "identifier" in shown) == (200, "pending", False)
    again, same = send(nurse, "Appointment/$hold", wish(there.slot, person, "pending"), key="h" * 32)
    assert (again.status_code, same["id"]) == (200, shown["id"])
    for _time in range(2):
        booked, shown = send(nurse, f"Appointment/{shown['id']}/$book", {"resourceType": "Parameters"})
        assert (booked.status_code, shown["status"], len(shown["identifier"][0]["value"])) == (200, "booked", 8)
    row = Appointment.objects.get(pk=shown["id"])
    assert (row.has_station_fee, row.payment, row.booking.station, row.number) == (False, None, None, 1)
    assert Notice.objects.filter(template="appointment_booked_at_place").count() == 2
    for _time in range(2):
        over, shown = send(nurse, f"Appointment/{row.pk}/$cancel", given_up("prov"))
        assert (over.status_code, shown["status"]) == (200, "cancelled")
    assert Notice.objects.filter(template="booking_cancelled_by_provider").count() == 1
    assert (Payment.objects.count(), Refund.objects.count()) == (before, 0)
    assert list(slots_with_wrong_counters()) == []
    _answer, statement = get(nurse, "metadata")
    listed = next(each for each in statement["rest"][0]["resource"] if each["type"] == "Appointment")
    assert {"code": "create"} in listed["interaction"]
    assert [each["name"] for each in listed["operation"]] == ["hold", "book", "cancel"]
    for each in listed["operation"]:
        name = each["definition"].rpartition("/")[2]
        answer, definition = get(nurse, f"OperationDefinition/{name}")
        assert (answer.status_code, definition["url"]) == (200, each["definition"])
    assert get(nurse, "OperationDefinition/nothing")[0].status_code == 404
    assert len(DEFINITIONS) == 3


@pytest.mark.django_db
def test_a_registration_is_created_in_one_step_and_what_a_station_sold_is_given_up_with_its_refund():
    there = clinic()
    nurse, person = nurse_of(there.hospital), known_patient(there)
    body = wish(there.slot, person)
    body["participant"].append({"actor": {"reference": f"Practitioner/{there.doctor.pk}"}, "status": "accepted"})
    made, shown = send(nurse, "Appointment", body, key="c" * 32)
    assert (made.status_code, shown["status"]) == (201, "booked")
    assert made["Location"].endswith(f"/Appointment/{shown['id']}")
    again, same = send(nurse, "Appointment", body, key="c" * 32)
    assert (again.status_code, same["id"]) == (201, shown["id"])
    other = known_patient(there, days=7, full_name="李芳")
    _held, another = send(nurse, "Appointment/$hold", wish(there.slot, other, "pending"), key="c" * 32)
    assert another["id"] != shown["id"], "a key that was used for another patient answers with nobody else's number"
    assert get(nurse, f"Appointment/{shown['id']}")[1]["status"] == "booked"
    sold = registered(there)
    _answer, shown = send(nurse, f"Appointment/{sold.pk}/$book", {"resourceType": "Parameters"})
    assert shown["issue"][0]["diagnostics"] == "not_held_at_desk"
    late, shown = send(nurse, f"Appointment/{sold.pk}/$cancel", given_up("prov"))
    assert (late.status_code, sold.payment.refunds.get().amount_minor) == (200, 25_00)
    assert shown["cancelationReason"]["text"] == "cancelled-at-desk"


@pytest.mark.django_db
def test_what_is_refused_is_an_operation_outcome_and_changes_nothing():
    there = clinic(capacity=1)
    nurse, person = nurse_of(there.hospital), known_patient(there)
    elsewhere = clinic(there.ready)
    unknown = patient(there.ready)
    doctor = {"actor": {"reference": f"Practitioner/{elsewhere.doctor.pk}"}, "status": "accepted"}
    own = {"actor": {"reference": f"Patient/{person.pk}"}, "status": "accepted"}
    later = (there.slot.starts_at + MINUTE).isoformat()
    for body, status, code in (
        (wish(elsewhere.slot, person), 422, "slot_not_found"),
        (wish(there.slot, person, start=later), 422, "slot_not_found"),
        (wish(there.slot, person, participant=[own, doctor]), 422, "slot_not_found"),
        (wish(there.slot, unknown), 422, "patient_not_found"),
        (wish(there.slot, person, "arrived"), 400, "invalid"),
        (wish(there.slot, person, reasonCode=[{"text": "头痛"}]), 400, "invalid"),
        (wish(there.slot, person, participant=[own, own]), 400, "invalid"),
        (wish(there.slot, person, slot=[{"reference": "Slot/x"}]), 400, "invalid"),
        ({"resourceType": "Patient"}, 400, "invalid"),
    ):
        answer, shown = send(nurse, "Appointment", body)
        assert (answer.status_code, shown["issue"][0]["diagnostics"]) == (status, code), body
    assert AccessRead.objects.filter(person=unknown, what="refused").count() == 1
    other = nurse_of(elsewhere.hospital)
    held, shown = send(nurse, "Appointment/$hold", wish(there.slot, person, "pending"))
    assert send(other, f"Appointment/{shown['id']}/$book", {"resourceType": "Parameters"})[0].status_code == 404
    assert send(other, f"Appointment/{shown['id']}/$cancel", given_up("prov"))[0].status_code == 404
    assert AccessRead.objects.filter(person=person, what="refused", user=other).count() == 2
    assert send(nurse, f"Appointment/{shown['id']}/$cancel", given_up("me"))[0].status_code == 400
    assert send(there.ready.partner, "Appointment/$hold", {})[0].status_code == 403
    row = Appointment.objects.get(pk=shown["id"])
    full, outcome = send(nurse, "Appointment", wish(there.slot, known_patient(there, days=7, full_name="李芳")))
    assert (held.status_code, full.status_code, outcome["issue"][0]["code"]) == (200, 409, "conflict")
    expire_holds(at=row.booking.hold_expires_at)
    late, outcome = send(nurse, f"Appointment/{row.pk}/$book", {"resourceType": "Parameters"})
    assert (late.status_code, outcome["issue"][0]["diagnostics"]) == (409, "hold_expired")
    withdraw_consent(consent=Consent.objects.get(person=person), by=there.ready.partner, at=now())
    _answer, outcome = send(nurse, "Appointment", wish(there.slot, person))
    assert outcome["issue"][0]["diagnostics"] == "consent_missing"
    Hospital.objects.filter(pk=there.hospital.pk).update(system=ProviderFactory(code="HOSPITAL", file_time=None))
    _answer, outcome = send(nurse, "Appointment", wish(there.slot, person))
    assert outcome["issue"][0]["diagnostics"] == "system_keeps_numbers"
    assert list(slots_with_wrong_counters()) == []


@pytest.mark.django_db
def test_in_another_country_the_fee_is_shown_in_its_three_decimals():
    there = clinic(desk(currency="KWD", zone="Asia/Kuwait"), fee=2_500)
    nurse, person = nurse_of(there.hospital), known_patient(there)
    answer, _shown = send(nurse, "Appointment", wish(there.slot, person))
    assert b'"value":2.500,"currency":"KWD"' in answer.content


def test_two_systems_and_a_station_race_for_the_last_place_and_one_has_it(own_database):
    there = clinic(capacity=1)
    nurse, people = nurse_of(there.hospital), [known_patient(there), known_patient(there, days=7, full_name="李芳")]

    def create(person):
        return lambda: send(nurse, "Appointment", wish(there.slot, person))[0].status_code

    codes = together(*(create(person) for person in people), *(create(person) for person in people))
    assert sorted(codes)[0] == 201
    assert sorted(codes)[1:] == [409] * 3
    there.slot.refresh_from_db()
    assert (there.slot.booked, list(slots_with_wrong_counters())) == (1, [])
