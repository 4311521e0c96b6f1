"""The end of an export: its files are there for a day, and no longer than they may be read."""

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import now

from core.events.services import publish
from core.files.models import StoredFile
from core.jobs.models import Job
from health.exports import services
from health.exports.models import Export
from health.hospitals.models import HospitalStaff
from health.hospitals.services import join_staff
from health.records.services import agree
from stations.accounts.models import Post
from stations.people.models import AccessRead
from stations.people.services import withdraw_consent
from tests.factories.chronic import practice
from tests.factories.stations import PostFactory, api_client
from tests.health.exports.test_exporting import agreed, asked, begun, looks, made, measured, place_of
from tests.jobs import run_jobs


@pytest.fixture
def there(own_database):
    """A practice in a database in which commits are real: an export reads from a snapshot."""
    return practice()


def names_of(export):
    """Where the files of an export are stored."""
    return [file.stored.content.name for file in export.files.select_related("stored")]


def withdraws(there, person, at):
    withdraw_consent(consent=agreed(person), by=there.nurse, at=at)


def is_erased(there, person, at):
    with transaction.atomic():
        publish("stations.person_erased", at=at, person=str(person.pk), station=0, county=0)


@pytest.mark.parametrize("goes", [withdraws, is_erased])
def test_files_are_deleted_when_a_resident_who_stands_in_them_withdraws_or_is_erased(there, goes):
    stays, leaves = measured(there), measured(there)
    place = place_of(asked(there.doctor))
    run_jobs()
    export = Export.objects.get()
    names = names_of(export)
    goes(there, leaves, now())
    run_jobs()
    assert names
    assert not any(default_storage.exists(name) for name in names)
    assert api_client(there.doctor).get(place).status_code == 404
    assert place_of(asked(there.doctor)) != place
    assert (looks(stays), looks(leaves)) == (1, 1)


def test_files_stay_when_somebody_withdraws_who_does_not_stand_in_them_or_agrees_again(there):
    measured(there)
    place, other = place_of(asked(there.doctor)), practice(there.ready)
    run_jobs()
    outside, person = measured(other), AccessRead.objects.get(what="fhir_export").person
    withdraws(there, outside, now())
    withdraws(there, person, now())
    agree(resident=person, manner="signature", by=there.nurse, at=now())
    run_jobs()
    assert api_client(there.doctor).get(place).status_code == 200


def test_no_file_is_fetched_before_the_event_of_a_withdrawal_is_delivered(there):
    person = measured(there)
    manifest = made(there.doctor)
    withdraws(there, person, now())
    url = manifest["output"][0]["url"].removeprefix("http://testserver")
    assert api_client(there.doctor).get(url).status_code == 404
    assert Export.objects.get().status == "cancelled"


def test_whoever_leaves_a_hospital_fetches_no_file_with_its_residents(there):
    measured(there)
    manifest = made(there.doctor)
    HospitalStaff.objects.filter(user=there.doctor).update(to_at=now())
    join_staff(hospital=practice(there.ready).clinic, user=there.doctor, by=there.doctor, at=now())
    url = manifest["output"][0]["url"].removeprefix("http://testserver")
    assert api_client(there.doctor).get(url).status_code == 404
    assert not StoredFile.objects.exists()


def test_whoever_loses_one_of_two_counties_fetches_no_file_with_residents_of_both(there):
    measured(there)
    second = practice()
    PostFactory(user=there.doctor, role="doctor", division=second.clinic.division)
    join_staff(hospital=second.clinic, user=there.doctor, by=there.doctor, at=now())
    manifest = made(there.doctor)
    url = manifest["output"][0]["url"].removeprefix("http://testserver")
    assert api_client(there.doctor).get(url).status_code == 200
    Post.objects.filter(user=there.doctor, division=there.clinic.division).update(to_at=now())
    assert api_client(there.doctor).get(url).status_code == 404
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("state", ["dead", "discarded"])
def test_an_export_that_cannot_be_made_is_given_up_for_the_next_one(there, state):
    place = place_of(asked(there.doctor))
    finished_at = now() if state == "discarded" else None
    Job.objects.filter(kind="fhir.run_export").update(state=state, finished_at=finished_at)
    assert api_client(there.doctor).get(place).status_code == 500
    assert place_of(asked(there.doctor, "Patient/$export?_type=Patient")) != place
    run_jobs()
    assert sorted(Export.objects.values_list("status", flat=True)) == ["cancelled", "completed"]


def test_a_job_tells_that_it_comes_further_with_each_part(there, tmp_path):
    measured(there)
    export, parts = begun(there.doctor), []
    spools = services.spool_export(export=export, folder=tmp_path, on_part=lambda: parts.append(1))
    read = len(parts)
    written = services.write_files(export=export, spools=spools, folder=tmp_path)
    wrote_parts = len(parts)
    services.upload_files(export=export, written=written, folder=tmp_path, at=now())
    assert 0 < read < wrote_parts < len(parts)
