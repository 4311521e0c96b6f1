"""Guardians whose papers were seen, heads of households, and deaths: doors, refusals, outsiders."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from PIL import Image

from core.errors import SamePerson, WrongState
from core.files.services import store_photo
from core.forms import new_key
from core.models import Event, Notice
from stations.people import services
from stations.people.models import Consent, Guardianship, Household, Person
from stations.people.services.consents import GuardianRequired
from stations.people.services.deaths import DiedBeforeBirth, DiedInFuture
from stations.people.services.guardians import GuardianGone, GuardianshipOver
from tests.factories.days import today
from tests.factories.people import guardian_of, household_of, resident
from tests.factories.stations import StationFactory, api_client, county_manager_of, helper_of, partner_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


def photo():
    image = BytesIO()
    Image.new("RGB", (20, 20), "white").save(image, "JPEG")
    return SimpleUploadedFile("paper.jpg", image.getvalue(), "image/jpeg")


def girl(station):
    return resident("王小燕", station, birth_date=today() - dt.timedelta(days=13 * 365))


def grandmother(station):
    return resident("王秀英", station, birth_date=dt.date(1951, 3, 8))


def test_a_guardian_is_chosen_at_home_and_written_down_with_the_paper(client, station):
    child, gran, by = girl(station), grandmother(station), partner_of(station)
    home = household_of(gran)
    services.move_person(person=child, household=home, relation="grandchild", by=by, at=now())
    client.force_login(by)
    chosen = f"/people/{child.pk}/guardians/new/?guardian={gran.pk}"
    assert chosen in client.get(f"/people/{child.pk}/guardians/new/").content.decode()
    typed = {"kind": "grandparent", "from_date": today().isoformat(), "photo": photo()}
    done = client.post(chosen, {"key": new_key(), **typed})
    assert done.status_code == 303
    row = Guardianship.objects.get()
    assert (row.child, row.guardian, row.confirmed_by) == (child, gran, by)
    assert client.get(f"/files/{row.evidence_id}/").status_code == 200
    assert str(gran.pk) in client.get(f"/people/{child.pk}/guardians/").content.decode()
    client.force_login(partner_of(StationFactory()))
    assert client.get(f"/people/{child.pk}/guardians/").status_code == 404
    assert client.get(f"/files/{row.evidence_id}/").status_code == 404


def test_somebody_from_elsewhere_in_the_county_is_found_by_name(client, station):
    child, aunt = girl(station), resident("李桂兰", StationFactory(county=station.county))
    client.force_login(partner_of(station))
    page = client.post(f"/people/{child.pk}/guardians/new/", {"q": "lgl"})
    assert f"?guardian={aunt.pk}" in page.content.decode()


def test_the_api_writes_a_guardian_down_and_ends_it_once(station):
    child, gran, mobile = girl(station), grandmother(station), api_client(helper_of(station))
    path = f"/api/v1/people/{child.pk}/guardianships/"
    made = send(mobile, path, guardian=str(gran.pk), kind="grandparent")
    assert (made.status_code, made.json()["confirmed"]) == (201, True)
    assert made.json()["guardian_masked"] == "王*英"
    assert [row["id"] for row in mobile.get(path).json()["results"]] == [made.json()["id"]]
    own = send(mobile, path, guardian=str(child.pk), kind="parent")
    assert (own.status_code, own.json()["code"]) == (422, "own_guardian")
    end = f"/api/v1/guardianships/{made.json()['id']}/end/"
    assert send(mobile, end).json()["to_date"] == today().isoformat()
    assert send(mobile, end).json()["code"] == "guardianship_over"
    stranger = api_client(partner_of(StationFactory()))
    assert stranger.get(path).status_code == 404
    assert send(stranger, end).status_code == 404


def test_nobody_proves_anything_with_somebody_elses_photo(station):
    child, gran = girl(station), grandmother(station)
    stored = store_photo(upload=photo(), by=partner_of(station).pk, at=now())
    mobile, path = api_client(helper_of(station)), f"/api/v1/people/{child.pk}/guardianships/"
    refused = send(mobile, path, guardian=str(gran.pk), kind="grandparent", evidence=str(stored.pk))
    assert (refused.status_code, refused.json()["code"]) == (422, "file_unknown")
    assert not Guardianship.objects.exists()


def test_a_consent_keeps_the_photo_of_the_signed_paper(client, station):
    person = grandmother(station)
    client.force_login(partner_of(station))
    page = f"/people/{person.pk}/consents/sms_notice/"
    done = client.post(page, {"key": new_key(), "manner": "signature", "photo": photo()})
    assert done.status_code == 303
    consent = Consent.objects.get()
    assert f"/files/{consent.evidence_id}/" in client.get(page).content.decode()


def test_the_dead_answer_for_nobody(station):
    child, gran = girl(station), grandmother(station)
    row = guardian_of(child, gran)
    text = {"purpose": "education_record", "language": "zh-hans"}
    services.record_death(person=gran, died_date=today(), by=helper_of(station), at=now())
    assert Guardianship.objects.get(pk=row.pk).to_date == today()
    with pytest.raises(GuardianGone):
        guardian_of(child, Person.objects.get(pk=gran.pk))
    with pytest.raises(GuardianshipOver):
        services.end_guardianship(
            guardianship=Guardianship.objects.get(), to_date=today(), by=helper_of(station), at=now()
        )
    mobile = api_client(helper_of(station))
    refused = send(mobile, f"/api/v1/people/{child.pk}/consents/", text_version=1, manner="signature", **text)
    assert refused.json()["code"] == GuardianRequired.code


def test_a_death_ends_membership_card_and_headship_and_is_told(station):
    gran, by = grandmother(station), partner_of(station)
    son = resident("王建军", station, birth_date=dt.date(1980, 1, 1))
    home = household_of(gran)
    services.move_person(person=son, household=home, relation="child", by=by, at=now())
    card = services.issue_card(person=gran, by=by, at=now())
    services.record_death(person=gran, died_date=today(), by=by, at=now())
    gran.refresh_from_db()
    card.refresh_from_db()
    home.refresh_from_db()
    assert (gran.residence, gran.died_date, gran.household) == ("deceased", today(), None)
    assert card.revoked_at is not None
    assert (home.head, home.dissolved_date) == (None, None)
    assert Event.objects.filter(name="stations.person_died").get().payload["person"] == str(gran.pk)
    services.name_head(household=home, person=son, by=by, at=now())
    assert Household.objects.get().head == son


def test_the_last_member_dissolves_the_household(station):
    gran = grandmother(station)
    home = household_of(gran)
    services.record_death(person=gran, died_date=today(), by=helper_of(station), at=now())
    home.refresh_from_db()
    assert home.dissolved_date == today()


def test_a_death_is_written_once_and_on_a_day_that_can_be(station):
    gran, by = grandmother(station), helper_of(station)
    with pytest.raises(DiedInFuture):
        services.record_death(person=gran, died_date=today() + dt.timedelta(days=1), by=by, at=now())
    with pytest.raises(DiedBeforeBirth):
        services.record_death(person=gran, died_date=dt.date(1951, 3, 7), by=by, at=now())
    assert Person.objects.get(pk=gran.pk).died_date is None
    services.record_death(person=gran, died_date=today(), by=by, at=now())
    with pytest.raises(WrongState):
        services.record_death(person=gran, died_date=today(), by=by, at=now())
    assert Event.objects.filter(name="stations.person_died").count() == 1


def test_the_doors_of_a_death(client, station):
    gran = grandmother(station)
    path = f"/api/v1/people/{gran.pk}/record-death/"
    assert send(api_client(partner_of(StationFactory())), path, died_date=today().isoformat()).status_code == 404
    other = api_client(partner_of(StationFactory(county=station.county)))
    assert send(other, path, died_date=today().isoformat()).status_code == 403
    assert Person.objects.get(pk=gran.pk).died_date is None
    client.force_login(partner_of(station))
    typed = {"key": new_key(), "died_date": today().isoformat(), "photo": photo()}
    assert client.post(f"/people/{gran.pk}/death/", typed).status_code == 303
    assert Person.objects.get(pk=gran.pk).death_evidence is not None


def died(station, *, beside=()):
    """A grandmother with household, ward and card, whose death a helper has written down."""
    gran, by = grandmother(station), helper_of(station)
    home, ward = household_of(gran), guardian_of(girl(station), gran)
    for person in beside:
        services.move_person(person=person, household=home, relation="child", by=by, at=now())
    services.issue_card(person=gran, by=by, at=now())
    services.record_death(person=gran, died_date=today(), by=by, at=now())
    return gran, home, ward, by


def test_a_death_that_was_wrong_is_taken_back_with_all_that_ended(station):
    gran, home, ward, by = died(station)
    services.undo_death(person=gran, by=county_manager_of(station.county), at=now(), reason="写错了人")
    for row in (gran, home, ward):
        row.refresh_from_db()
    assert (gran.residence, gran.died_date, gran.household) == ("resident", None, home)
    assert (home.head, home.dissolved_date, ward.to_date) == (gran, None, None)
    assert not gran.cards.filter(revoked_at=None).exists()
    assert Event.objects.filter(name="stations.person_death_undone").get().payload["person"] == str(gran.pk)
    told = Notice.objects.get(template="death_undone")
    assert (told.user, told.params["name"]) == (by.pk, "王*英")


def test_another_head_stays_and_the_dead_guard_nobody_again(station):
    son = resident("王建军", station)
    gran, home, ward, by = died(station, beside=[son])
    services.name_head(household=home, person=son, by=by, at=now())
    services.record_death(person=ward.child, died_date=today(), by=by, at=now())
    services.undo_death(person=gran, by=county_manager_of(station.county), at=now(), reason="写错了人")
    home.refresh_from_db()
    ward.refresh_from_db()
    assert (home.head, ward.to_date) == (son, today())


def test_who_wrote_a_death_down_does_not_take_it_back_and_nobody_twice(station):
    gran, _home, _ward, by = died(station)
    with pytest.raises(SamePerson):
        services.undo_death(person=gran, by=by, at=now(), reason="写错了人")
    assert Person.objects.get(pk=gran.pk).died_date == today()
    manager = county_manager_of(station.county)
    services.undo_death(person=gran, by=manager, at=now(), reason="写错了人")
    with pytest.raises(WrongState):
        services.undo_death(person=gran, by=manager, at=now(), reason="写错了人")
    assert Event.objects.filter(name="stations.person_death_undone").count() == 1
    services.record_death(person=gran, died_date=today(), by=by, at=now())
    assert gran.deaths.count() == 2


def test_the_doors_of_taking_a_death_back(client, station):
    gran, _home, _ward, by = died(station)
    path = f"/api/v1/people/{gran.pk}/undo-death/"
    stranger = county_manager_of(StationFactory().county)
    assert send(api_client(stranger), path, reason="写错了人").status_code == 404
    assert send(api_client(by), path, reason="写错了人").status_code == 403
    assert Person.objects.get(pk=gran.pk).died_date == today()
    client.force_login(county_manager_of(station.county))
    page = f"/people/{gran.pk}/death/undo/"
    assert page in client.get(f"/people/{gran.pk}/").content.decode()
    assert client.post(page, {"key": new_key(), "reason": "写错了人"}).status_code == 303
    assert Person.objects.get(pk=gran.pk).died_date is None
    assert client.get(page).status_code == 303


def test_the_doors_of_a_households_head(client, station):
    gran, by = grandmother(station), partner_of(station)
    son = resident("王建军", station)
    home = household_of(gran)
    services.move_person(person=son, household=home, relation="child", by=by, at=now())
    client.force_login(by)
    assert client.post(f"/people/{son.pk}/household/head/", {"key": new_key()}).status_code == 303
    assert Household.objects.get().head == son
    mobile, path = api_client(by), f"/api/v1/households/{home.pk}/name-head/"
    assert send(mobile, path, person=str(gran.pk)).json()["head_masked"] == "王*英"
    outsider = resident("李桂兰", station)
    assert send(mobile, path, person=str(outsider.pk)).json()["code"] == "not_a_member"
    assert Household.objects.get().head == gran
    assert send(api_client(partner_of(StationFactory())), path, person=str(gran.pk)).status_code == 404


def test_a_long_history_comes_in_pages(client, station):
    person, by = grandmother(station), partner_of(station)
    for number in range(35):
        services.edit_person(person=person, by=by, at=now(), preferred_name=f"小{number}", reason=f"第{number}次")
    client.force_login(by)
    first = client.get(f"/people/{person.pk}/history/").content.decode()
    assert "第34次" in first
    assert "第2次" not in first
    before = first.split("?before=")[1].split('"')[0]
    second = client.get(f"/people/{person.pk}/history/", {"before": before}).content.decode()
    assert "第2次" in second
    assert "第34次" not in second
