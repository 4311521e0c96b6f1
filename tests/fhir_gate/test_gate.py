"""The FHIR gate judges rightly, and every FHIR answer of a test reaches it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from devtools import fhir_gate
from tests.fhir_gate.recording import FOLDER, Gate, keep_fhir_answers

PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"text": "王秀英"}], "gender": "female"}
ORGANIZATION = {"resourceType": "Organization", "id": "o1", "name": "县人民医院"}
STATEMENT = {
    "resourceType": "CapabilityStatement",
    "status": "active",
    "date": "2026-03-01",
    "kind": "instance",
    "implementation": {"description": "EcomNet"},
    "fhirVersion": "4.0.1",
    "format": ["application/fhir+json"],
    "rest": [{"mode": "server", "resource": [{"type": "Patient"}, {"type": "Organization"}]}],
}


def kept(folder: Path, name: str, *resources: object) -> None:
    """A file of the run, a resource in each line."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(each) for each in resources))


def test_the_gate_finds_every_planted_fault_and_passes_what_is_good():
    done = fhir_gate.run("--trial")
    assert done.returncode == 0, done.stdout
    faults, _good, examples = (int(part.split()[0]) for part in done.stdout.split(":")[0].split(","))
    assert faults >= 30
    assert examples >= 280


def test_a_clean_folder_passes(tmp_path):
    kept(tmp_path, "patient.json", PATIENT)
    done = fhir_gate.run(str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, "1 resources of 1 types, 0 findings")


def test_a_finding_names_the_check_the_place_and_the_file(tmp_path):
    kept(tmp_path, "test_a_patient_is_read.ndjson", PATIENT, PATIENT | {"id": "p2", "gender": "女"})
    done = fhir_gate.run(str(tmp_path))
    assert done.returncode == 1
    assert "bindings: Patient.gender" in done.stdout
    assert "test_a_patient_is_read.ndjson:2 Patient/p2" in done.stdout


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "p1"}', "<Patient/>"])
def test_an_answer_that_is_no_resource_is_a_finding(tmp_path, text):
    (tmp_path / "answer.json").write_text(text)
    done = fhir_gate.run(str(tmp_path))
    assert done.returncode == 1
    assert "no resource in JSON" in done.stdout


def test_an_empty_folder_and_one_that_does_not_exist_are_no_pass(tmp_path):
    assert fhir_gate.run(str(tmp_path)).returncode == 2
    assert fhir_gate.run(str(tmp_path / "nowhere")).returncode == 2
    assert fhir_gate.run().returncode == 2


def test_an_export_is_closed_within_its_own_folder(tmp_path):
    patient = PATIENT | {"managingOrganization": {"reference": "Organization/o1"}}
    kept(tmp_path, "export-1/Patient.ndjson", patient)
    kept(tmp_path, "export-2/Organization.ndjson", ORGANIZATION)
    done = fhir_gate.run(str(tmp_path))
    assert done.returncode == 1
    assert "closed: Patient.managingOrganization: Organization/o1 is not in the export" in done.stdout
    kept(tmp_path, "export-1/Organization.ndjson", ORGANIZATION)
    assert fhir_gate.run(str(tmp_path)).returncode == 0


def test_a_whole_run_shows_every_type_that_the_server_has(tmp_path):
    kept(tmp_path, "patient.json", PATIENT)
    assert "no CapabilityStatement" in fhir_gate.run(str(tmp_path), "--whole").stdout
    kept(tmp_path, "metadata.json", STATEMENT)
    done = fhir_gate.run(str(tmp_path), "--whole")
    assert done.returncode == 1
    assert "no Organization was answered in any test" in done.stdout
    kept(tmp_path, "organization.json", ORGANIZATION)
    assert fhir_gate.run(str(tmp_path), "--whole").returncode == 0


def answer(response, tmp_path, monkeypatch):
    """What is kept of a response that the middleware passes on, by suffix."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    passed = keep_fhir_answers(lambda _request: response)(RequestFactory().get("/api/v1/fhir/Patient/p1"))
    assert b"".join(passed) == b'{"resourceType":"Patient"}\n'
    return {path.suffix: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.parametrize("kind", [HttpResponse, StreamingHttpResponse])
@pytest.mark.parametrize(
    ("media_type", "suffix"),
    [("application/fhir+json; charset=utf-8", ".json"), ("application/fhir+ndjson", ".ndjson")],
)
def test_a_fhir_answer_is_kept_as_it_was_sent(tmp_path, monkeypatch, kind, media_type, suffix):
    content = [b'{"resourceType":', b'"Patient"}\n']
    found = answer(kind(content, content_type=media_type), tmp_path, monkeypatch)
    assert found == {suffix: b"".join(content)}


def test_other_answers_are_not_kept(tmp_path, monkeypatch):
    response = HttpResponse(b'{"resourceType":"Patient"}\n', content_type="application/json")
    assert answer(response, tmp_path, monkeypatch) == {}


def test_the_file_is_named_after_the_test(tmp_path, monkeypatch):
    answer(HttpResponse(b'{"resourceType":"Patient"}\n', content_type="application/fhir+json"), tmp_path, monkeypatch)
    [path] = tmp_path.iterdir()
    assert path.name.startswith("test_the_file_is_named_after_the_test.")


@pytest.fixture
def at_the_end(tmp_path, monkeypatch):
    """Judges what a run of a few tests has kept, or a whole one; the exit status of the run and what is said."""
    folder = tmp_path / "answers"
    folder.mkdir()
    monkeypatch.setenv(FOLDER, str(folder))

    def judged(*resources, exitstatus=pytest.ExitCode.OK, whole=False):
        for name, value in fhir_gate.WHOLE_RUN.items():
            monkeypatch.setenv(name, value) if whole else monkeypatch.delenv(name, raising=False)
        for number, each in enumerate(resources):
            kept(folder, f"{number}.json", each)
        session, gate = SimpleNamespace(exitstatus=exitstatus), Gate()
        gate.pytest_sessionfinish(session, exitstatus)
        return session.exitstatus, gate.said, folder.exists()

    return judged


def test_a_finding_fails_the_run_and_its_answers_are_kept(at_the_end):
    status, said, folder_is_kept = at_the_end(PATIENT | {"gender": "女"})
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "Patient.gender" in said
    assert folder_is_kept


def test_a_run_without_findings_stays_as_it_was_and_leaves_nothing(at_the_end):
    status, said, folder_is_kept = at_the_end(PATIENT)
    assert (status, said.strip(), folder_is_kept) == (
        pytest.ExitCode.OK,
        "1 resources of 1 types, 0 findings",
        False,
    )


def test_a_run_of_a_few_tests_without_fhir_is_not_judged(at_the_end):
    assert at_the_end() == (pytest.ExitCode.OK, "", False)


def test_a_whole_run_in_which_nothing_of_fhir_was_answered_fails(at_the_end):
    status, said, folder_is_kept = at_the_end(whole=True)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "nothing was checked" in said
    assert folder_is_kept


def test_a_run_that_somebody_interrupts_is_not_judged(at_the_end):
    status, said, folder_is_kept = at_the_end(PATIENT | {"gender": "女"}, exitstatus=pytest.ExitCode.INTERRUPTED)
    assert (status, said, folder_is_kept) == (pytest.ExitCode.INTERRUPTED, "", False)
