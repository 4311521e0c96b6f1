"""Bulk exports as a hospital's system asks for them: from the request to the files, and to their end."""

import datetime as dt
import weakref
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import now

from core.days import day_in
from core.files.models import StoredFile
from core.jobs.models import Job
from core.jobs.runner import RunningJob
from core.jobs.services import LEASE, LeaseLost, claim
from health.exports import services
from health.exports.models import Export, ExportFile
from health.exports.services import reading
from health.fhir.table import TYPES
from health.records.services import Glucose, Pressure, allow_grantee, withdraw_grantee
from stations.people.models import AccessRead, Consent, Person
from stations.people.services import withdraw_consent
from tests.factories.chronic import practice
from tests.factories.health import clinic, nurse_of
from tests.factories.records import opened, wrote
from tests.factories.refunds import photo_by
from tests.factories.stations import PostFactory, api_client, division_below
from tests.jobs import run_jobs, try_jobs
from tests.races import together

ROOT = "/api/v1/fhir/"
ASYNC = {"Prefer": "respond-async", "Accept": "application/fhir+json"}
HOUR = dt.timedelta(hours=1)


def asked(user, address="Patient/$export", **headers):
    """What a request for an export answers."""
    return api_client(user).get(ROOT + address, headers=ASYNC | headers)


def place_of(answer):
    """The address at which to ask how far it is."""
    assert answer.status_code == 202, answer.content
    return answer["Content-Location"].removeprefix("http://testserver")


def made(user, address="Patient/$export"):
    """The manifest of an export that the job has made."""
    place = place_of(asked(user, address))
    run_jobs()
    answer = api_client(user).get(place)
    assert answer.status_code == 200, answer.content
    return answer.json()


def fetched(user, manifest):
    """The resources of all files, by type."""
    found = {}
    for file in manifest["output"]:
        answer = api_client(user).get(file["url"].removeprefix("http://testserver"))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/fhir+ndjson")
        found[file["type"]] = [orjson.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
        assert len(found[file["type"]]) == file["count"]
    return found


def measured(there):
    """A record with a blood pressure and a glucose value; the resident."""
    record, _number = opened(there)
    wrote(there, record, readings=[Pressure(134, 82), Glucose(Decimal("7.10"), "mmol/L", is_fasting=True)])
    return record.resident


def looks(person):
    return AccessRead.objects.filter(person=person, what="fhir_export").count()


def agreed(person, purpose="health_record"):
    return Consent.objects.get(person=person, purpose=purpose, withdrawn_at=None)


@pytest.fixture
def there(own_database):
    """A practice in a database in which commits are real: an export reads from a snapshot."""
    return practice()


def test_an_export_holds_what_may_be_read_and_each_resident_reads_of_it(there):
    person, other = measured(there), measured(practice(there.ready))
    before = now()
    manifest = made(there.doctor)
    assert manifest["requiresAccessToken"] is True
    assert manifest["request"].endswith("/Patient/$export")
    assert manifest["error"] == []
    assert before - dt.timedelta(minutes=1) < dt.datetime.fromisoformat(manifest["transactionTime"]) <= now()
    files = fetched(there.doctor, manifest)
    assert [each["id"] for each in files["Patient"]] == [str(person.pk)]
    assert len(files["Observation"]) == 2
    assert {each["id"] for each in files["Organization"]} == {str(there.clinic.pk)}
    assert (looks(person), looks(other)) == (1, 0)
    assert Export.objects.get().resident_count == 1


def test_it_is_told_how_far_an_export_is(there):
    measured(there)
    place = place_of(asked(there.doctor))
    answer = api_client(there.doctor).get(place)
    assert (answer.status_code, answer["X-Progress"], answer["Retry-After"]) == (202, "waits", "5")
    Export.objects.update(status="running", progress="Observation: 500")
    assert api_client(there.doctor).get(place)["X-Progress"] == "Observation: 500"


def test_only_the_types_and_the_changes_that_are_asked_for_are_exported(there):
    measured(there)
    manifest = made(there.doctor, "Patient/$export?_type=Observation,Organization")
    assert {file["type"] for file in manifest["output"]} == {"Observation", "Organization"}
    later = (now() + HOUR).isoformat().replace("+", "%2B")
    assert made(there.doctor, f"Patient/$export?_since={later}")["output"] == []
    earlier = (now() - HOUR).isoformat().replace("+", "%2B")
    assert made(there.doctor, f"Patient/$export?_since={earlier}&_type=Patient")["output"] != []


@pytest.mark.parametrize(
    "query",
    ["_type=Claim", "_since=yesterday", "_since=2026-01-01T00:00:00", "_outputFormat=text/csv", "_elements=id"],
)
def test_what_an_export_cannot_do_is_refused(there, query):
    answer = asked(there.doctor, f"Patient/$export?{query}")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "invalid")
    assert not Export.objects.exists()


def test_an_export_is_never_answered_at_once(there):
    answer = api_client(there.doctor).get(f"{ROOT}Patient/$export")
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_a_group_is_a_place_or_a_programme_in_it(there):
    inside, outside, enrolled = measured(there), measured(there), there.under_care().resident
    home, away = there.ready.station.village, division_below(there.ready.station.county, "village")
    outside.village = away
    outside.save(update_fields=["village"])
    listed = api_client(there.doctor).get(f"{ROOT}Group").json()
    groups = [f"place-{home.pk}", f"hypertension-{home.pk}", f"place-{away.pk}"]
    assert sorted(each["resource"]["id"] for each in listed["entry"]) == sorted(groups)
    assert api_client(there.doctor).get(f"{ROOT}Group/place-{home.pk}").json()["name"] == home.name
    county = f"place-{there.ready.station.county_id}"
    residents = {
        group: {each["id"] for each in fetched(there.doctor, made(there.doctor, f"Group/{group}/$export"))["Patient"]}
        for group in [*groups, county]
    }
    assert residents == {
        groups[0]: {str(inside.pk), str(enrolled.pk)},
        groups[1]: {str(enrolled.pk)},
        groups[2]: {str(outside.pk)},
        county: {str(inside.pk), str(enrolled.pk), str(outside.pk)},
    }


@pytest.mark.parametrize("pk", ["place-0", "village-1", "place-x", "hypertension-0"])
def test_a_group_that_does_not_exist_is_not_found(there, pk):
    assert asked(there.doctor, f"Group/{pk}/$export").status_code == 404


def test_a_group_of_nobody_within_reach_is_not_found(there):
    measured(there)
    group, elsewhere = f"Group/place-{there.ready.station.village_id}", practice()
    assert asked(there.doctor, f"{group}/$export").status_code == 202
    assert asked(elsewhere.doctor, f"{group}/$export").status_code == 404
    assert asked(elsewhere.doctor, group).status_code == 404
    assert asked(there.nurse, group).status_code == 403


def test_the_same_request_again_is_the_same_export_and_another_one_waits(there):
    first = place_of(asked(there.doctor))
    assert place_of(asked(there.doctor)) == first
    answer = asked(there.doctor, "Patient/$export?_type=Patient")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (429, "throttled")
    assert answer["Retry-After"] == "30"
    run_jobs()
    assert place_of(asked(there.doctor, "Patient/$export?_type=Patient")) != first


def test_two_requests_at_once_make_one_export(there):
    places = together(*(lambda: place_of(asked(there.doctor)),) * 4)
    assert len(set(places)) == 1
    assert Export.objects.count() == 1


def test_nobody_else_sees_an_export_or_its_files(there):
    measured(there)
    place = place_of(asked(there.doctor))
    run_jobs()
    url = api_client(there.doctor).get(place).json()["output"][0]["url"].removeprefix("http://testserver")
    stranger = practice(there.ready).doctor
    assert api_client(there.doctor).get(url).status_code == 200
    assert api_client(stranger).get(url).status_code == 404
    assert api_client(stranger).get(place).status_code == 404
    assert api_client(stranger).delete(place).status_code == 404
    assert api_client(there.nurse).get(place).status_code == 404
    assert Export.objects.get().status == "completed"


@pytest.mark.parametrize("role", ["partner", "county_manager", "auditor", "platform_admin"])
def test_whoever_is_no_doctor_exports_nothing(there, role):
    where = {"station": there.ready.station} if role == "partner" else {"division": there.clinic.division}
    user = PostFactory(role=role, **({} if role in {"platform_admin", "auditor"} else where)).user
    assert asked(user).status_code == 403
    assert asked(there.nurse).status_code == 403


def test_a_cancelled_export_is_not_made(there):
    person = measured(there)
    place = place_of(asked(there.doctor))
    assert api_client(there.doctor).delete(place).status_code == 202
    run_jobs()
    assert api_client(there.doctor).get(place).status_code == 404
    assert api_client(there.doctor).delete(place).status_code == 404
    assert (looks(person), StoredFile.objects.count()) == (0, 0)


def test_the_files_are_deleted_by_whoever_cancels_a_completed_export(there):
    measured(there)
    place = place_of(asked(there.doctor))
    run_jobs()
    names = [file.stored.content.name for file in ExportFile.objects.select_related("stored")]
    assert api_client(there.doctor).delete(place).status_code == 202
    assert names
    assert not any(default_storage.exists(name) for name in names)


def test_the_files_are_there_for_a_day(there):
    measured(there)
    place = place_of(asked(there.doctor))
    run_jobs()
    export = Export.objects.get()
    assert export.can_be_fetched(export.expires_at - dt.timedelta(microseconds=1))
    assert not export.can_be_fetched(export.expires_at)
    names = [file.stored.content.name for file in ExportFile.objects.select_related("stored")]
    try_jobs(export.expires_at)
    assert Export.objects.get().status == "expired"
    assert not StoredFile.objects.exists()
    assert not any(default_storage.exists(name) for name in names)
    assert api_client(there.doctor).get(place).status_code == 404


def begun(user):
    """An export that a worker has begun."""
    asked(user)
    return services.begin_export(pk=Export.objects.get().pk, at=now())


def resources_in(path):
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def ids_in(written, kind):
    return {each["id"] for file in written if file.kind == kind for each in resources_in(file.path)}


def test_whoever_withdraws_while_it_runs_stands_in_no_further_line(there, tmp_path):
    stays, leaves = measured(there), measured(there)
    export = begun(there.doctor)
    spools = services.spool_export(export=export, folder=tmp_path)
    withdraw_consent(consent=agreed(leaves), by=there.nurse, at=now())
    written = services.write_files(export=export, spools=spools, folder=tmp_path)
    assert ids_in(written, "Patient") == {str(stays.pk)}
    subjects = {each["subject"]["reference"] for each in resources_in(tmp_path / "Observation.ndjson")}
    assert subjects == {f"Patient/{stays.pk}"}


def test_a_file_with_whoever_has_withdrawn_since_is_made_again(there, tmp_path):
    stays, leaves = measured(there), measured(there)
    export = begun(there.doctor)
    spools = services.spool_export(export=export, folder=tmp_path)
    written = services.write_files(export=export, spools=spools, folder=tmp_path)
    assert ids_in(written, "Patient") == {str(stays.pk), str(leaves.pk)}
    withdraw_consent(consent=agreed(leaves), by=there.nurse, at=now())
    uploaded = services.upload_files(export=export, written=written, folder=tmp_path, at=now())
    services.complete_export(export=export, uploaded=uploaded, at=now())
    files = {file.type: file.stored.content.read() for file in ExportFile.objects.select_related("stored")}
    assert str(stays.pk).encode() in files["Patient"]
    assert not any(str(leaves.pk).encode() in content for content in files.values())
    assert (looks(stays), looks(leaves)) == (1, 0)


def test_files_of_a_hospital_end_when_a_resident_takes_back_what_was_allowed_to_it_alone(there):
    record = measured(there).health_record
    hospital = clinic(there.ready).hospital
    doctor = nurse_of(hospital, role="doctor")

    def allow():
        until = day_in(there.clinic.zone, now()) + dt.timedelta(days=1)
        about = {"hospital": hospital, "until_date": until, "manner": "paper", "by": there.nurse}
        about["evidence"] = photo_by(there.nurse)
        return allow_grantee(record=record, at=now(), **about)

    allow()
    manifest = made(doctor)
    consent = allow()
    assert [each["id"] for each in fetched(doctor, manifest)["Patient"]] == [str(record.resident_id)]
    withdraw_grantee(record=record, consent=consent.pk, by=there.nurse, at=now())
    file = manifest["output"][0]["url"].removeprefix("http://testserver")
    assert api_client(doctor).get(file).status_code == 404


def test_nothing_is_written_for_whoever_may_no_longer_export(there, tmp_path):
    measured(there)
    export = begun(there.doctor)
    spools = services.spool_export(export=export, folder=tmp_path)
    there.doctor.is_active = False
    there.doctor.save()
    assert services.write_files(export=export, spools=spools, folder=tmp_path) == []


def test_all_files_show_the_instant_of_one_snapshot(there, tmp_path):
    person = measured(there)
    export = begun(there.doctor)
    spools = services.spool_export(export=export, folder=tmp_path)
    wrote(there, person.health_record, readings=[Pressure(150, 95)])
    written = services.write_files(export=export, spools=spools, folder=tmp_path)
    assert len(ids_in(written, "Observation")) == 2
    assert Export.objects.get().transaction_time == export.transaction_time


def test_the_instant_of_an_export_is_before_what_was_being_written_when_it_began(there):
    """Whoever asks for the changes since then gets it, although the snapshot has it not."""
    person = measured(there)
    asked(there.doctor)
    pk, later = Export.objects.get().pk, now() + HOUR
    with transaction.atomic():
        entry = wrote(there, person.health_record)
        (export,) = together(lambda: services.begin_export(pk=pk, at=later))
    assert export.transaction_time < entry.updated_at


def test_a_worker_that_is_thought_dead_is_followed_by_one_that_begins_anew(there, tmp_path):
    """The first one has stored its files when the second one takes over; it learns so, and its files are nobody's."""
    person = measured(there)
    place = place_of(asked(there.doctor))
    first = RunningJob(claim(owner="first", at=now()), now)
    export = services.begin_export(pk=first.payload["export"], at=now())
    spools = services.spool_export(export=export, folder=tmp_path)
    written = services.write_files(export=export, spools=spools, folder=tmp_path)
    uploaded = services.upload_files(export=export, written=written, folder=tmp_path, at=now())
    wrote(there, person.health_record, readings=[Pressure(150, 95)])
    for later in (2 * LEASE, HOUR):
        run_jobs(now() + later)
    with pytest.raises(LeaseLost), first.finishing() as at:
        services.complete_export(export=export, uploaded=uploaded, at=at)
    manifest = api_client(there.doctor).get(place).json()
    assert len(fetched(there.doctor, manifest)["Observation"]) == 3
    assert looks(person) == 1
    assert ExportFile.objects.count() == len(manifest["output"]) == StoredFile.objects.count()


def test_an_export_that_is_cancelled_while_it_is_written_leaves_nothing(there, tmp_path):
    person = measured(there)
    export = begun(there.doctor)
    spools = services.spool_export(export=export, folder=tmp_path)
    written = services.write_files(export=export, spools=spools, folder=tmp_path)
    uploaded = services.upload_files(export=export, written=written, folder=tmp_path, at=now())
    names = [stored.content.name for _file, stored in uploaded]
    services.cancel_export(export=export, at=now())
    with pytest.raises(services.Cancelled):
        services.write_files(export=export, spools=spools, folder=tmp_path)
    services.complete_export(export=export, uploaded=uploaded, at=now())
    assert names
    assert not any(default_storage.exists(name) for name in names)
    assert (looks(person), StoredFile.objects.count(), Export.objects.get().status) == (0, 0, "cancelled")


def test_an_export_that_cannot_be_made_says_so(there):
    place = place_of(asked(there.doctor))
    Job.objects.filter(kind="fhir.run_export").update(state="dead")
    answer = api_client(there.doctor).get(place)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (500, "exception")


def test_more_rows_cost_no_more_statements_for_each(there, tmp_path, django_assert_max_num_queries):
    measured(there)
    export = begun(there.doctor)
    services.spool_export(export=export, folder=_made(tmp_path / "first"))
    with django_assert_max_num_queries(200) as one:
        services.spool_export(export=export, folder=_made(tmp_path / "one"))
    for _more in range(4):
        measured(there)
    with django_assert_max_num_queries(200) as five:
        services.spool_export(export=export, folder=_made(tmp_path / "five"))
    assert len(five) == len(one)


def test_residents_who_are_written_do_not_stay_in_memory_until_the_end(there, tmp_path, monkeypatch):
    for _number in range(6):
        measured(there)
    export, read, alive = begun(there.doctor), [], []
    export.types = ["Patient"]
    from_db = Person.from_db

    def noted(*row):
        person = from_db(*row)
        read.append(weakref.ref(person))
        return person

    monkeypatch.setattr(reading, "PART", 1)
    monkeypatch.setattr(Person, "from_db", noted)

    def count() -> None:
        alive.append(sum(each() is not None for each in read))

    services.spool_export(export=export, folder=tmp_path, on_part=count)
    assert (len(read) >= 6, max(alive) <= 3) == (True, True)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_every_type_can_be_exported(there):
    assert made(there.doctor, f"Patient/$export?_type={','.join(TYPES)}")["output"] == []
