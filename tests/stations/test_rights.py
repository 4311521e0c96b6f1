"""Rights of the person: a copy of everything, and to be forgotten unless something stands in the way."""

import base64
import datetime as dt
import io
import json
import zipfile

import pytest
from cryptography.exceptions import InvalidTag
from django.db import IntegrityError, connection
from django.utils.timezone import now

from core.crypto import decrypt, decrypt_with, new_data_key
from core.errors import WrongState
from core.forms import new_key
from core.models import Event, Job, StoredFile
from stations.hooks import OBLIGATIONS
from stations.models import Consent, ConsentText, Household, NameKey, Person, PersonRequest
from stations.people import services as people
from stations.people.identity import CONTEXT, unseal
from stations.people.models import PersonKey
from stations.people.services import edit_person
from stations.rights import services
from stations.rights.services import ExportThisWeek, ObligationsOpen, RequestStands
from tests.factories.people import household_of, resident
from tests.factories.stations import StationFactory, UserFactory, api_client, helper_of, partner_of, send
from tests.hooks import replace
from tests.jobs import run_jobs

pytestmark = pytest.mark.usefixtures("own_database")
ID_NUMBER = "11010519491231002X"
CANARIES = ("王秀英", "13800005678", ID_NUMBER)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def woman(station):
    return resident("王秀英", station, phone="13800005678", id_number=ID_NUMBER, birth_date=dt.date(1949, 12, 31))


def content_of(request):
    with zipfile.ZipFile(io.BytesIO(StoredFile.objects.get(pk=request.file_id).content.read())) as archive:
        return json.loads(archive.read("data.json"))


def test_a_copy_holds_everything_and_is_made_within_a_day(station, woman):
    household_of(woman)
    by, at = helper_of(station), now()
    request = services.request_export(person=woman, by=by, at=at)
    assert request.due_at - at == dt.timedelta(hours=24)
    run_jobs()
    request.refresh_from_db()
    assert request.status == "done"
    [record] = content_of(request)["records"]
    assert (record["person"]["full_name"], record["person"]["id_number"]) == ("王秀英", ID_NUMBER)
    assert record["memberships"][0]["relation"] == "head"
    assert {"payments", "bill_accounts", "who_read_it", "history"} <= record.keys()


def test_one_copy_a_week(station, woman):
    by, at = helper_of(station), now()
    services.request_export(person=woman, by=by, at=at)
    with pytest.raises(ExportThisWeek):
        services.request_export(person=woman, by=by, at=at + dt.timedelta(days=7, seconds=-1))
    assert PersonRequest.objects.count() == 1


def test_a_copy_is_seen_by_its_station_alone_and_deleted_after_a_week(client, station, woman):
    request = services.request_export(person=woman, by=helper_of(station), at=now())
    services.export_person(request=request, at=now())
    request.refresh_from_db()
    path = f"/files/{request.file_id}/"
    client.force_login(partner_of(StationFactory(county=station.county)))
    assert client.get(path).status_code == 404
    client.force_login(partner_of(station))
    shown = client.get(path)
    assert (shown.status_code, shown["Content-Type"]) == (200, "application/zip")
    assert "attachment" in shown["Content-Disposition"]
    assert services.forget_exports(at=now() + dt.timedelta(days=6)) == 0
    assert services.forget_exports(at=now() + dt.timedelta(days=8)) == 1
    assert not StoredFile.objects.exists()
    assert client.get(path).status_code == 404


def everything_stored():
    """Every text of every table, but for the notes of who changed which field."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = ""
        for table in tables:
            cursor.execute(f'SELECT array_agg(held::text) FROM "{table}" AS held')  # noqa: S608
            found += str(cursor.fetchone()[0])
    return found


def test_a_forgotten_person_is_nowhere_and_the_bare_id_stays(station, woman):
    by, at = helper_of(station), now()
    home = household_of(woman, house_number="12")
    people.issue_card(person=woman, by=by, at=at)
    text = ConsentText.objects.get(purpose="sms_notice", language="zh-hans")
    people.record_consent(person=woman, text=text, manner="signature", station=station, by=by, at=at)
    request = services.request_erasure(person=woman, by=by, at=at)
    assert Job.objects.get(kind="rights.erase_person").run_at == at + dt.timedelta(days=3)
    services.erase_person(request=request, at=at + dt.timedelta(days=3))
    woman.refresh_from_db()
    home.refresh_from_db()
    assert (woman.full_name, str(woman.phone), woman.birth_date, woman.id_index) == ("–", "", None, None)
    assert woman.erased_at is not None
    assert (home.dissolved_date is not None, home.house_number) == (True, "")
    assert not NameKey.objects.exists()
    assert Consent.objects.get().withdrawn_at is not None
    assert woman.cards.get().revoked_at is not None
    stored = everything_stored()
    assert [canary for canary in CANARIES if canary in stored] == []
    assert Event.objects.get(name="stations.person_erased").payload["person"] == str(woman.pk)
    found = api_client(partner_of(station)).get("/api/v1/people/find/", {"q": "wxy"}).json()["results"]
    assert found == []


def test_no_copy_of_the_number_is_read_again(station, woman):
    before = Person.objects.get(pk=woman.pk)
    assert unseal(before) == ID_NUMBER
    at = now()
    request = services.request_erasure(person=woman, by=helper_of(station), at=at)
    services.erase_person(request=request, at=at + dt.timedelta(days=3))
    with pytest.raises(PersonKey.DoesNotExist):
        unseal(before)
    inner = decrypt(before.id_cipher, before.id_key_no, context=CONTEXT)
    assert ID_NUMBER not in (inner, base64.b64decode(inner).decode("latin-1"))
    for key in PersonKey.objects.values_list("key", flat=True):
        with pytest.raises(InvalidTag):
            decrypt_with(key, inner, context=CONTEXT)


def test_a_number_that_is_corrected_leaves_no_way_to_the_old_one(station, woman):
    before = Person.objects.get(pk=woman.pk)
    edit_person(person=woman, by=helper_of(station), at=now(), id_number="110101195103080016")
    assert unseal(Person.objects.get(pk=woman.pk)) == "110101195103080016"
    with pytest.raises(InvalidTag):
        unseal(before)


def test_the_database_keeps_no_key_of_whoever_is_forgotten(station, woman):
    request = services.request_erasure(person=woman, by=helper_of(station), at=now())
    services.erase_person(request=request, at=now())
    with pytest.raises(IntegrityError):
        PersonKey.objects.create(person=woman, key=new_data_key())
    other = resident("李四", station, id_number="110101195103080016")
    key = PersonKey.objects.get(person=other)
    gone = {"full_name": "–", "id_cipher": None, "id_key_no": None, "id_index": None, "erased_at": now()}
    with pytest.raises(IntegrityError):
        Person.objects.filter(pk=other.pk).update(phone="", phone_reversed="", id_kind="none", **gone)
    assert PersonKey.objects.get() == key


def test_what_stands_in_the_way_is_listed_and_nothing_happens(station, woman, monkeypatch):
    replace(monkeypatch, OBLIGATIONS, lambda person: ["loan 500.00 CNY", "a parcel waits"])
    with pytest.raises(ObligationsOpen) as refusal:
        services.request_erasure(person=woman, by=helper_of(station), at=now())
    assert refusal.value.problem()["obligations"] == ["loan 500.00 CNY", "a parcel waits"]
    assert not PersonRequest.objects.exists()


def test_what_has_come_in_the_way_since_is_waited_for(station, woman, monkeypatch):
    request = services.request_erasure(person=woman, by=helper_of(station), at=now())
    replace(monkeypatch, OBLIGATIONS, lambda person: ["a refund waits"])
    with pytest.raises(ObligationsOpen):
        services.erase_person(request=request, at=now())
    assert Person.objects.get(pk=woman.pk).full_name == "王秀英"
    assert PersonRequest.objects.get().status == "open"


def test_whoever_works_here_is_not_forgotten(station, woman):
    UserFactory(person=woman)
    with pytest.raises(ObligationsOpen):
        services.request_erasure(person=woman, by=helper_of(station), at=now())


def test_second_thoughts_are_heard_and_asking_twice_is_one_request(station, woman):
    by = helper_of(station)
    request = services.request_erasure(person=woman, by=by, at=now())
    with pytest.raises(RequestStands):
        services.request_erasure(person=woman, by=by, at=now())
    services.withdraw_erasure(request=request, by=by, at=now())
    services.erase_person(request=request, at=now())
    assert Person.objects.get(pk=woman.pk).full_name == "王秀英"
    with pytest.raises(WrongState):
        services.withdraw_erasure(request=request, by=by, at=now())


def test_the_doors_of_rights(client, station, woman):
    path = f"/api/v1/people/{woman.pk}"
    stranger = api_client(partner_of(StationFactory()))
    other = api_client(partner_of(StationFactory(county=station.county)))
    for verb in ("export", "erasure"):
        assert send(stranger, f"{path}/{verb}/").status_code == 404
        assert send(other, f"{path}/{verb}/").status_code == 403
    assert not PersonRequest.objects.exists()
    mobile = api_client(helper_of(station))
    assert send(mobile, f"{path}/export/").status_code == 202
    assert send(mobile, f"{path}/export/").json()["code"] == "export_this_week"
    asked = send(mobile, f"{path}/erasure/")
    assert (asked.status_code, asked.json()["request_no"][:2]) == (202, "V-")
    withdraw = f"/api/v1/person-requests/{asked.json()['id']}/withdraw/"
    assert send(stranger, withdraw).status_code == 404
    assert send(mobile, withdraw).json()["status"] == "withdrawn"


def test_pages_ask_and_take_back(client, station, woman):
    client.force_login(partner_of(station))
    page = f"/people/{woman.pk}/rights/"
    assert client.get(page).status_code == 200
    assert client.post(f"{page}erase/", {"key": new_key()}).status_code == 422
    assert client.post(f"{page}erase/", {"key": new_key(), "understood": "on"}).status_code == 303
    request = PersonRequest.objects.get()
    assert f"/people/requests/{request.pk}/withdraw/" in client.get(page).content.decode()
    assert client.post(f"/people/requests/{request.pk}/withdraw/", {"key": new_key()}).status_code == 303
    assert client.post(f"{page}export/", {"key": new_key()}).status_code == 303
    assert Household.objects.count() == 0
