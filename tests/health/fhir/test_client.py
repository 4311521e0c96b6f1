"""A client library reads the server: every type parses strictly, and values are those of the database."""

from decimal import Decimal

import orjson
import pytest
from fhirclient.models.appointment import Appointment as FhirAppointment
from fhirclient.models.fhirelementfactory import FHIRElementFactory
from fhirclient.models.observation import Observation as FhirObservation
from fhirclient.models.patient import Patient

from health.fhir.table import TYPES
from stations.models import User
from tests.factories.stations import api_client
from tests.health.fhir.test_reading import ROOT

PATIENT, APPOINTMENT, OBSERVATION = (TYPES[name].sources[0] for name in ("Patient", "Appointment", "Observation"))


class Server:
    """What the library asks, answered by the endpoints of this process."""

    base_uri = f"http://testserver{ROOT}"

    def __init__(self, user: User) -> None:
        self.client = api_client(user)

    def request_json(self, path):
        address = path.removeprefix("http://testserver")
        answer = self.client.get(address if address.startswith("/") else ROOT + address)
        assert answer.status_code == 200, answer.content
        return orjson.loads(answer.content)


@pytest.mark.parametrize("name", TYPES)
def test_a_client_library_reads_every_type_strictly(world, name):
    server = Server(world.user("doctor"))
    seen, path = 0, f"{name}?_count=100"
    while path:
        bundle = FHIRElementFactory.instantiate("Bundle", server.request_json(path))
        for entry in bundle.entry or []:
            again = type(entry.resource).read(entry.resource.id, server)
            assert again.as_json() == entry.resource.as_json()
            seen += 1
        links = {link.relation: link.url for link in bundle.link}
        path = links.get("next") if seen < 300 else None
    assert seen > 0


def test_what_a_client_library_reads_are_the_values_of_the_database(world):
    user = world.user("doctor")
    server = Server(user)
    measured = OBSERVATION.reach(OBSERVATION.rows(), user)
    for row in measured.order_by("pk")[:30]:
        shown = FhirObservation.read(row.pk, server)
        assert values_of(shown) == ([row.systolic, row.diastolic] if row.value is None else [row.value])
        assert is_same(shown.effectiveDateTime.datetime, row.measured_at)
        assert shown.subject.reference == f"Patient/{row.resident_id}"
    assert measured.count() >= 3
    people = PATIENT.reach(PATIENT.rows(), user)
    for row in people.order_by("pk")[:10]:
        shown = Patient.read(row.pk, server)
        assert (shown.name[0].text, shown.gender) == (row.full_name, row.sex)
        assert shown.birthDate is None or str(row.birth_date).startswith(shown.birthDate.as_json())
    assert people.exists()
    booked = APPOINTMENT.reach(APPOINTMENT.rows(), user)
    for row in booked.order_by("pk")[:10]:
        shown = FhirAppointment.read(row.pk, server)
        assert shown.status == row.booking.status
        assert shown.start is None or is_same(shown.start.datetime, row.booking.slot.starts_at)
        assert Decimal(str(shown.extension[0].valueMoney.value)) == row.fee.decimal
    assert booked.exists()


def is_same(shown, stored):
    """To the millisecond."""
    return abs(shown - stored).total_seconds() < 0.001


def values_of(shown):
    """Its value, or those of its parts."""
    found = [part.valueQuantity for part in shown.component] if shown.component else [shown.valueQuantity]
    return [Decimal(str(each.value)) for each in found]
