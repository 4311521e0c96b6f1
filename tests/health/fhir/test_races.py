"""Two systems of a hospital at once."""

from core.fields import uuid7
from health.records.models import Observation
from tests.factories.stations import api_client
from tests.health.fhir.test_reading import ROOT
from tests.health.fhir.test_writing import measured, written
from tests.races import together


def test_two_systems_that_send_the_same_key_at_once_add_one_measurement(own_database):
    there, encounter = written()
    key, body = uuid7().hex, measured(encounter)
    clients = [api_client(there.nurse) for _ in range(2)]
    send_it = [
        lambda client=client: (
            client.post(f"{ROOT}Observation", body, format="json", headers={"Idempotency-Key": key}).status_code
        )
        for client in clients
    ]
    assert set(together(*send_it)) <= {201, 409}
    assert Observation.objects.count() == 1
