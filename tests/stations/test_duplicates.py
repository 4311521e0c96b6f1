"""Two records of one person: proposed by one, merged by another, taken apart again with everything in its place."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.forms import new_key
from core.models import Event
from stations.duplicates import services
from stations.duplicates.queries import likely_pairs
from stations.duplicates.services import (
    DifferentDocuments,
    MergeElsewhere,
    MergeStands,
    MergeTooOld,
    SameRecord,
)
from stations.models import Consent, ConsentText, Membership, NameKey, Person, PersonMerge, ResidentCard
from stations.people import services as people
from stations.people.identity import unseal
from stations.people.models import PersonKey
from tests.factories.people import guardian_of, household_of, resident
from tests.factories.stations import StationFactory, api_client, county_manager_of, helper_of, partner_of, send

pytestmark = pytest.mark.django_db
BORN, ID_NUMBER = dt.date(1951, 3, 8), "11010519491231002X"


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def manager(station):
    return county_manager_of(station.county)


@pytest.fixture
def second(station):
    return county_manager_of(station.county)


def pair(station, **other):
    kept = resident("王秀英", station, birth_date=BORN)
    gone = resident("王秀英", station, **{"phone": "13800005678", "birth_date": BORN, **other})
    return kept, gone


def merged(kept, gone, first, second, *, at=None):
    at = at or now()
    row = services.propose_merge(keep=kept, merge=gone, actor=first, at=at, reason="同一个人")
    return services.merge_persons(merge=row, actor=second, at=at)


def test_everything_of_the_one_becomes_the_others_and_finds_its_way_back(station, manager, second):
    by = helper_of(station)
    kept, gone = pair(station, id_number=ID_NUMBER)
    child = resident("王小燕", station, birth_date=dt.date(2016, 5, 1))
    home = household_of(gone)
    guardian_of(child, gone)
    card = people.issue_card(person=gone, by=by, at=now())
    text = ConsentText.objects.get(purpose="sms_notice", language="zh-hans")
    consent = people.record_consent(person=gone, text=text, manner="signature", station=station, by=by, at=now())
    before = list(Person.objects.filter(pk=kept.pk).values())
    merge = merged(kept, gone, manager, second)
    kept.refresh_from_db()
    home.refresh_from_db()
    assert (str(kept.phone), kept.household, home.head) == ("+8613800005678", home, kept)
    assert (kept.id_index is not None, unseal(kept)) == (True, ID_NUMBER)
    assert Membership.objects.get().person == kept
    assert ResidentCard.objects.get(pk=card.pk).person == kept
    assert Consent.objects.get(pk=consent.pk).person == kept
    assert child.guardianships.get().guardian == kept
    assert set(NameKey.objects.filter(key="王秀英").values_list("person", flat=True)) == {kept.pk}
    assert Event.objects.get(name="stations.person_merged").payload["merged"] == str(gone.pk)
    services.unmerge_persons(merge=merge, actor=manager, at=now(), reason="其实是两个人")
    home.refresh_from_db()
    gone.refresh_from_db()
    assert (home.head, gone.household, gone.merged_into) == (gone, home, None)
    assert unseal(gone) == ID_NUMBER
    assert not PersonKey.objects.filter(person=kept).exists()
    assert Membership.objects.get().person == gone
    assert ResidentCard.objects.get(pk=card.pk).person == gone
    assert Consent.objects.get(pk=consent.pk).person == gone
    assert child.guardianships.get().guardian == gone
    after = list(Person.objects.filter(pk=kept.pk).values())
    for changing in ("updated_at", "last_served_at"):
        before[0].pop(changing)
        after[0].pop(changing)
    assert after == before
    assert NameKey.objects.filter(person=gone, key="王秀英").exists()
    assert Event.objects.filter(name="stations.person_unmerged").count() == 1


def test_where_both_live_somewhere_the_kept_home_stays(station, manager, second):
    kept, gone = pair(station)
    here, there = household_of(kept), household_of(gone)
    merge = merged(kept, gone, manager, second)
    kept.refresh_from_db()
    there.refresh_from_db()
    assert (kept.household, there.head) == (here, None)
    assert not there.memberships.filter(to_date=None).exists()
    services.unmerge_persons(merge=merge, actor=second, at=now(), reason="两个人")
    there.refresh_from_db()
    gone.refresh_from_db()
    assert (there.head, gone.household) == (gone, there)


def test_a_merged_record_is_found_and_opened_as_the_kept_one(client, station, manager, second):
    kept, gone = pair(station)
    merged(kept, gone, manager, second)
    client.force_login(partner_of(station))
    assert client.get(f"/people/{gone.pk}/")["Location"] == f"/people/{kept.pk}/"
    found = api_client(partner_of(station)).get("/api/v1/people/find/", {"q": "wxy"}).json()["results"]
    assert [row["id"] for row in found] == [str(kept.pk)]


def test_two_people_merge_and_nothing_happens_before(station, manager):
    kept, gone = pair(station)
    row = services.propose_merge(keep=kept, merge=gone, actor=manager, at=now(), reason="同一个人")
    with pytest.raises(SamePerson):
        services.merge_persons(merge=row, actor=manager, at=now())
    assert Person.objects.filter(merged_into=None).count() == 2


def test_what_cannot_be_one_person_is_refused(station, manager):
    kept, gone = pair(station, id_number=ID_NUMBER)
    elsewhere = resident("王秀英")

    def propose(keep, merge):
        return services.propose_merge(keep=keep, merge=merge, actor=manager, at=now(), reason="x")

    with pytest.raises(SameRecord):
        propose(kept, kept)
    with pytest.raises(MergeElsewhere):
        propose(kept, elsewhere)
    propose(kept, gone)
    with pytest.raises(MergeStands):
        propose(kept, gone)
    assert PersonMerge.objects.count() == 1


def test_two_documents_are_two_people(station, manager):
    one = resident("王秀英", station, id_number=ID_NUMBER)
    other = resident("王秀英", station, id_kind="passport", id_number="E12345678")
    with pytest.raises(DifferentDocuments):
        services.propose_merge(keep=one, merge=other, actor=manager, at=now(), reason="x")
    assert not PersonMerge.objects.exists()


def test_a_merged_record_is_never_the_target_of_another(station, manager, second):
    kept, gone = pair(station)
    merged(kept, gone, manager, second)
    third = resident("王秀英", station)
    with pytest.raises(WrongState):
        services.propose_merge(keep=gone, merge=third, actor=manager, at=now(), reason="x")
    for target in (gone, kept):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=kept.pk).update(merged_into=target)
    with pytest.raises(IntegrityError, match="not the target"), transaction.atomic():
        Person.objects.filter(pk=third.pk).update(merged_into=gone)


@pytest.mark.parametrize(("days", "allowed"), [(30, True), (31, False)])
def test_a_merge_is_undone_within_thirty_days(station, manager, second, days, allowed):
    kept, gone = pair(station)
    at = now()
    merge = merged(kept, gone, manager, second, at=at)
    later = at + dt.timedelta(days=days)
    if allowed:
        services.unmerge_persons(merge=merge, actor=manager, at=later, reason="两个人")
    else:
        with pytest.raises(MergeTooOld):
            services.unmerge_persons(merge=merge, actor=manager, at=later, reason="两个人")
    assert Person.objects.filter(merged_into=None).count() == (2 if allowed else 1)


def test_likely_pairs_are_offered_until_somebody_decides(station, manager):
    kept, gone = pair(station)
    resident("王秀英", station, birth_date=dt.date(1980, 1, 1))
    pairs = likely_pairs([station.county_id])
    assert [{one.person.pk, other.person.pk} for one, other in pairs] == [{kept.pk, gone.pk}]
    row = services.propose_merge(keep=kept, merge=gone, actor=manager, at=now(), reason="x")
    services.refuse_merge(merge=row, actor=manager, at=now(), reason="两姐妹")
    assert likely_pairs([station.county_id]) == []


def test_the_doors_of_a_merge(station, manager, second):
    kept, gone = pair(station)
    body = {"keep": str(kept.pk), "merge": str(gone.pk), "reason": "同一个人"}
    assert send(api_client(partner_of(station)), "/api/v1/people/merge/", **body).status_code == 403
    stranger = api_client(county_manager_of(StationFactory().county))
    assert send(stranger, "/api/v1/people/merge/", **body).status_code == 404
    made = send(api_client(manager), "/api/v1/people/merge/", **body)
    path = f"/api/v1/person-merges/{made.json()['id']}"
    assert (made.status_code, made.json()["keep_masked"]) == (201, "王*英")
    assert send(api_client(manager), f"{path}/approve/").json()["code"] == "same_person"
    assert send(stranger, f"{path}/approve/").status_code == 404
    assert send(api_client(second), f"{path}/approve/").json()["status"] == "merged"
    assert send(api_client(second), f"{path}/undo/", reason="两个人").json()["status"] == "undone"
    assert stranger.get("/api/v1/person-merges/").json()["results"] == []


def test_pages_show_two_records_side_by_side_and_masked(client, station, manager, second):
    kept, gone = pair(station, id_number=ID_NUMBER)
    client.force_login(manager)
    page = client.get("/county/people/duplicates/").content.decode()
    one, other = sorted((kept.pk, gone.pk))
    propose = f"/county/people/duplicates/{one}/{other}/"
    assert propose in page
    shown = client.get(propose).content.decode()
    for hidden in ("王秀英", "13800005678", ID_NUMBER):
        assert hidden not in shown
    done = client.post(propose, {"key": new_key(), "keep": str(kept.pk), "reason": "同一个人"})
    assert done.status_code == 303
    assert client.post(f"{done['Location']}approve/", {"key": new_key()}).status_code == 409
    client.force_login(second)
    assert client.post(f"{done['Location']}approve/", {"key": new_key()}).status_code == 303
    assert client.post(f"{done['Location']}undo/", {"key": new_key(), "reason": "两个人"}).status_code == 303
    assert Person.objects.filter(merged_into=None).count() == 2


def test_a_phone_that_was_confirmed_at_the_one_record_does_not_confirm_another_phone(station, manager, second):
    kept = resident("王秀英", station, birth_date=BORN, phone="13900001234")
    gone = resident("王秀英", station, birth_date=BORN, phone="13800005678")
    Person.objects.filter(pk=gone.pk).update(phone_verified_at=now())
    merged(kept, gone, manager, second)
    kept.refresh_from_db()
    assert (str(kept.phone), kept.phone_verified_at) == ("+8613900001234", None)


def test_what_was_corrected_since_the_merge_is_not_undone_with_it(station, manager, second):
    kept, gone = pair(station)
    merge = merged(kept, gone, manager, second)
    people.edit_person(person=kept, by=helper_of(station), at=now(), phone="13900001234")
    services.unmerge_persons(merge=merge, actor=manager, at=now(), reason="两个人")
    phones = [str(Person.objects.get(pk=person.pk).phone) for person in (kept, gone)]
    assert phones == ["+8613900001234", "+8613800005678"]


def test_a_merged_record_answers_over_the_api_with_the_one_it_became_part_of(station, manager, second):
    kept, gone = pair(station)
    merged(kept, gone, manager, second)
    answer = api_client(helper_of(station)).get(f"/api/v1/people/{gone.pk}/")
    assert (answer.status_code, answer.json()["id"]) == (200, str(kept.pk))
    elsewhere = api_client(helper_of(StationFactory()))
    assert elsewhere.get(f"/api/v1/people/{gone.pk}/").status_code == 404
