"""Residents in the administration: masked, read-only, for auditors and break-glass posts, each opening written down."""

import datetime as dt

import pytest
from django.urls import reverse

from stations.accounts.models import User
from stations.people.models import AccessRead, ConsentText, SurnameReading
from stations.people.services import record_consent, reveal_person
from tests.factories.people import household_of, resident
from tests.factories.stations import (
    StationFactory,
    auditor,
    county_manager_of,
    helper_of,
    partner_of,
    platform_admin,
)

NOW = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)
CANARIES = ("王秀英", "13800005678", "11010519491231002X", "1949-12-31")


def staff(user):
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.is_staff = True
    return user


@pytest.fixture
def station(db):
    return StationFactory()


@pytest.fixture
def person(station):
    return resident(
        "王秀英",
        station,
        phone="13800005678",
        id_number="11010519491231002X",
        birth_date=dt.date(1949, 12, 31),
    )


def page(name, *args):
    return reverse(f"admin:stations_{name}", args=args)


def test_an_auditor_reads_masked_and_leaves_a_row(client, station, person):
    reader = staff(auditor(station.county))
    client.force_login(reader)
    household_of(person)
    for name in ("person", "household"):
        listed = client.get(page(f"{name}_changelist"))
        assert listed.status_code == 200
        assert "王*英" in listed.content.decode()
        for canary in CANARIES:
            assert canary not in listed.content.decode()
    assert not AccessRead.objects.exists()
    opened = client.get(page("person_change", person.pk))
    assert opened.status_code == 200
    for canary in CANARIES:
        assert canary not in opened.content.decode()
    row = AccessRead.objects.get()
    assert (row.user, row.person, row.what, row.post) == (reader, person, "administration", reader.posts.get())


def test_nobody_changes_or_deletes_a_resident_there(client, station, person):
    client.force_login(staff(auditor(station.county)))
    assert client.post(page("person_change", person.pk), {"sex": "male"}).status_code == 403
    assert client.post(page("person_delete", person.pk), {"post": "yes"}).status_code == 403
    assert client.get(page("person_add")).status_code == 403
    person.refresh_from_db()
    assert person.sex == "unknown"


def test_an_auditor_of_another_county_does_not_find_the_person(client, person):
    client.force_login(staff(auditor(StationFactory().county)))
    assert client.get(page("person_change", person.pk)).status_code in (302, 404)
    assert not AccessRead.objects.exists()


@pytest.mark.parametrize("holder", [helper_of, partner_of])
def test_who_works_at_the_counter_uses_the_console(client, station, person, holder):
    client.force_login(staff(holder(station)))
    assert client.get(page("person_changelist")).status_code == 403


def test_managers_and_administrators_see_nobody_there(client, station, person):
    for user in (county_manager_of(station.county), platform_admin()):
        client.force_login(staff(user))
        assert client.get(page("person_changelist")).status_code == 403


def test_looks_are_read_and_never_changed(client, station, person):
    partner = partner_of(station)
    reveal = reveal_person(
        person=person, field="phone", reason="claim", note="", user=partner, post=partner.posts.get(), at=NOW
    )
    client.force_login(staff(auditor(station.county)))
    opened = client.get(page("reveal_change", reveal.pk))
    assert opened.status_code == 200
    assert "13800005678" not in opened.content.decode()
    assert client.post(page("reveal_change", reveal.pk), {"note": "x"}).status_code == 403
    assert client.get(page("accessread_changelist")).status_code == 200


def test_readings_of_surnames_are_edited_by_the_platform(client, station):
    client.force_login(staff(platform_admin()))
    made = client.post(page("surnamereading_add"), {"surname": "尹", "reading": "yin", "rank": 1})
    assert made.status_code == 302
    assert SurnameReading.objects.filter(surname="尹").exists()
    client.force_login(staff(auditor(station.county)))
    assert client.get(page("surnamereading_add")).status_code == 403


def test_a_consent_text_is_edited_until_somebody_agreed_to_it(client, station, person):
    text = ConsentText.objects.get(purpose="photo_use", version=1, language="en")
    typed = {"purpose": "photo_use", "version": 1, "language": "en", "from_date": "2020-01-01", "body": "Better words"}
    client.force_login(staff(platform_admin()))
    assert client.post(page("consenttext_change", text.pk), typed).status_code == 302
    text.refresh_from_db()
    assert text.body == "Better words"
    used = ConsentText.objects.get(purpose="photo_use", version=1, language="zh-hans")
    record_consent(person=person, text=used, manner="paper", station=station, by=helper_of(station), at=NOW)
    refused = client.post(page("consenttext_change", used.pk), {**typed, "language": "zh-hans"})
    assert refused.status_code == 403
    used.refresh_from_db()
    assert used.body != "Better words"
