"""The whole export of a doctor of the demonstration passes the gate: each reference leads to a line of it."""

import pytest

from devtools import fhir_gate
from health.exports.models import Export
from tests.factories.stations import api_client
from tests.jobs import try_jobs

#: What the demonstration shows of residents and of those who care for them.
SHOWN = {"Patient", "Observation", "Condition", "Encounter", "Appointment", "EpisodeOfCare", "CarePlan", "Goal"}
DIRECTORY = {"Organization", "Practitioner"}


@pytest.mark.parametrize("username", ["doctor"])
def test_a_whole_export_conforms_and_is_closed(own_world, tmp_path, username):
    client = api_client(own_world.user(username))
    asked = client.get("/api/v1/fhir/Patient/$export", headers={"Prefer": "respond-async"})
    place = asked["Content-Location"].removeprefix("http://testserver")
    try_jobs()
    answer = client.get(place)
    assert answer.status_code == 200, (answer.content, Export.objects.get().status)
    folder = tmp_path / "export"
    folder.mkdir()
    for file in answer.json()["output"]:
        sent = client.get(file["url"].removeprefix("http://testserver"))
        (folder / f"{file['type']}.ndjson").write_bytes(b"".join(sent.streaming_content))
    types = {file["type"] for file in answer.json()["output"]}
    assert types >= SHOWN | DIRECTORY
    judged = fhir_gate.run(str(tmp_path))
    assert judged.returncode == 0, judged.stdout
