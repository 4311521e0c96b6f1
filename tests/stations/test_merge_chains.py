"""A record that others became part of becomes part of another: one person, one record that stands, and back again."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import WrongState
from stations.accounts.queries import staff_phones, works_at
from stations.duplicates import services
from stations.duplicates.services import NewerMergeFirst, RecordForgotten
from stations.models import (
    Consent,
    ConsentText,
    Guardianship,
    Membership,
    NameKey,
    Person,
    PersonMerge,
    ResidentCard,
    User,
)
from stations.people import services as people
from stations.people.identity import unseal
from stations.people.models import PersonKey
from stations.people.queries import merged_into, records_of
from stations.rights import services as rights
from tests.factories.people import guardian_of, household_of, resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
)

pytestmark = pytest.mark.django_db
BORN, ID_NUMBER = dt.date(1951, 3, 8), "11010519491231002X"
TEXT = {"purpose": "sms_notice", "language": "zh-hans"}


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def managers(station):
    return county_manager_of(station.county), county_manager_of(station.county)


@pytest.fixture
def three(station):
    """A, B, C: three records of one person."""
    return [resident("王秀英", station, birth_date=BORN) for _record in range(3)]


def merge(gone, kept, managers, *, at=None):
    at = at or now()
    row = services.propose_merge(keep=kept, merge=gone, actor=managers[0], at=at, reason="同一个人")
    return services.merge_persons(merge=row, actor=managers[1], at=at)


def undo(row, managers, *, at=None):
    return services.unmerge_persons(merge=row, actor=managers[0], at=at or now(), reason="两个人")


def test_a_chain_ends_at_the_record_that_stands(station, managers, three):
    first, second, last = three
    merge(first, second, managers)
    merge(second, last, managers)
    assert [merged_into(person.pk) for person in three] == [last.pk, last.pk, None]
    last.refresh_from_db()
    assert {record.pk for record in records_of(last)} == {person.pk for person in three}
    assert merged_into(uuid4()) is None


def test_the_oldest_record_of_a_chain_opens_as_the_one_that_stands(client, station, managers, three):
    merge(three[0], three[1], managers)
    merge(three[1], three[2], managers)
    helper = helper_of(station)
    client.force_login(helper)
    for person in three[:2]:
        assert client.get(f"/people/{person.pk}/")["Location"] == f"/people/{three[2].pk}/"
        answer = api_client(helper).get(f"/api/v1/people/{person.pk}/")
        assert (answer.status_code, answer.json()["id"]) == (200, str(three[2].pk))
    elsewhere = api_client(helper_of(StationFactory()))
    assert elsewhere.get(f"/api/v1/people/{three[0].pk}/").status_code == 404


def test_everything_goes_to_the_end_of_the_chain_and_comes_back_in_the_reverse_order(station, managers, three):
    first, second, last = three
    by = helper_of(station)
    people.edit_person(person=first, by=by, at=now(), id_number=ID_NUMBER, id_kind="resident_id", phone="13800005678")
    card = people.issue_card(person=first, by=by, at=now())
    consent = people.record_consent(
        person=second, text=ConsentText.objects.get(**TEXT), manner="signature", station=station, by=by, at=now()
    )
    child = resident("王小燕", station, birth_date=dt.date(2016, 5, 1))
    guardian_of(child, first)
    home = household_of(first)
    before = everything()
    older = merge(first, second, managers, at=now())
    between = everything()
    newer = merge(second, last, managers, at=now())
    last.refresh_from_db()
    home.refresh_from_db()
    assert (unseal(last), str(last.phone), last.household, home.head) == (ID_NUMBER, "+8613800005678", home, last)
    assert ResidentCard.objects.get(pk=card.pk).person == last
    assert Consent.objects.get(pk=consent.pk).person == last
    assert child.guardianships.get().guardian == last
    with pytest.raises(NewerMergeFirst, match=str(newer.pk)):
        undo(older, managers)
    undo(newer, managers)
    assert everything() == between
    undo(older, managers)
    assert everything() == before
    assert set(PersonKey.objects.values_list("person", flat=True)) == {first.pk}


def test_of_two_records_merged_into_one_the_newer_comes_back_first(managers, three):
    older = merge(three[0], three[2], managers)
    newer = merge(three[1], three[2], managers)
    with pytest.raises(NewerMergeFirst):
        undo(older, managers)
    undo(newer, managers)
    undo(older, managers)
    assert Person.objects.living().count() == 3


def test_a_merged_record_is_given_nothing_new(station, managers, three):
    gone, kept, child = three[0], three[1], resident("王小燕", station, birth_date=dt.date(2016, 5, 1))
    home, text, by = household_of(kept), ConsentText.objects.get(**TEXT), helper_of(station)
    merge(gone, kept, managers)
    at = now()
    signed = {"text": text, "manner": "signature", "station": station, "by": by, "at": at}
    tries = [
        lambda: people.record_consent(person=gone, **signed),
        lambda: people.issue_card(person=gone, by=by, at=at),
        lambda: people.edit_person(person=gone, by=by, at=at, phone="13900001234"),
        lambda: people.move_person(person=gone, household=home, relation="other", by=by, at=at),
        lambda: people.record_guardianship(
            child=child, guardian=gone, kind="parent", from_date=BORN, confirmed_by=by, at=at
        ),
        lambda: rights.request_export(person=gone, by=by, at=at),
        lambda: rights.request_erasure(person=gone, by=by, at=at),
    ]
    gone = Person.objects.get(pk=gone.pk)
    for attempt in tries:
        with pytest.raises(WrongState):
            attempt()


def test_the_database_gives_a_merged_record_nothing_new(station, managers, three):
    gone, kept, child = three[0], three[1], resident("王小燕", station, birth_date=dt.date(2016, 5, 1))
    home = household_of(kept)
    merge(gone, kept, managers)
    rows = [
        lambda: Membership.objects.create(person=gone, household=home, relation="other", from_date=BORN),
        lambda: ResidentCard.objects.create(person=gone, code="R1AAAAAAAAAAAAAA", issued_at=now()),
        lambda: Guardianship.objects.create(child=child, guardian=gone, kind="parent", from_date=dt.date(2020, 1, 1)),
        lambda: User.objects.filter(pk=helper_of(station).pk).update(person=gone),
    ]
    for row in rows:
        with pytest.raises(IntegrityError, match="given nothing new"), transaction.atomic():
            row()


def test_who_works_at_a_station_is_known_by_every_record_of_the_chain(station, managers, three):
    first, second, last = three
    Person.objects.filter(pk=last.pk).update(phone="+8613800005678")
    merge(first, second, managers)
    UserFactory(person=last)
    user = UserFactory(person=second)
    PostFactory(user=user, role="helper", station=station)
    merge(second, last, managers)
    assert "+8613800005678" in staff_phones(station, at=now())
    last.refresh_from_db()
    assert works_at(last, station, at=now())
    assert "+8613800005678" not in staff_phones(station, at=now(), but=last)


def test_whoever_is_forgotten_is_forgotten_in_every_record_though_they_asked_before_the_merges(
    station, managers, three
):
    first, second, last = three
    people.edit_person(person=first, by=helper_of(station), at=now(), id_number=ID_NUMBER, id_kind="resident_id")
    asked = rights.request_erasure(person=first, by=helper_of(station), at=now())
    older = merge(first, second, managers)
    merge(second, last, managers)
    rights.erase_person(request=asked, at=now())
    assert not Person.objects.filter(erased_at=None).exists()
    assert not PersonKey.objects.exists()
    with pytest.raises(RecordForgotten):
        undo(older, managers)


steps = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=7)


@given(steps=steps, back=st.integers(1, 7))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_random_chains_end_at_one_standing_record_each_and_come_apart_as_they_were(station, managers, steps, back):
    with transaction.atomic():
        by, at = helper_of(station), now()
        records = [resident("王秀英", station, birth_date=BORN, phone=f"1380000567{i}") for i in range(5)]
        for person in records[::2]:
            household_of(person)
            people.issue_card(person=person, by=by, at=at)
        states, done = [everything()], []
        for gone, kept in steps:
            at += dt.timedelta(minutes=1)
            try:
                done.append(merge(records[gone], records[kept], managers, at=at))
            except (services.SameRecord, WrongState):
                continue
            states.append(everything())
            trees = [{each.pk for each in records_of(person)} for person in Person.objects.living()]
            assert sum(map(len, trees)) == Person.objects.count()
            assert {merged_into(each) for tree in trees for each in tree} <= {None, *standing()}
        for row in reversed(done[-back:]):
            states.pop()
            undo(row, managers, at=at)
            assert everything() == states[-1]
        transaction.set_rollback(True)


def standing():
    return set(Person.objects.living().values_list("pk", flat=True))


def everything():
    """What each record holds, but for when it was last changed, where the database accepts it as a commit would."""
    connection.check_constraints()
    left_out = {"created_at", "updated_at", "last_served_at"}
    plain = [field.name for field in Person._meta.concrete_fields if field.name not in left_out | {"id_cipher"}]
    return {
        "people": [plain_values(row) for row in Person.objects.order_by("pk").values_list(*plain)],
        "members": set(Membership.objects.values_list("person", "household", "to_date")),
        "cards": set(ResidentCard.objects.values_list("pk", "person")),
        "consents": set(Consent.objects.values_list("pk", "person")),
        "guardians": set(Guardianship.objects.values_list("pk", "child", "guardian")),
        "logins": set(User.objects.exclude(person=None).values_list("pk", "person")),
        "keys": set(NameKey.objects.values_list("person", "kind", "key")),
        "merges": PersonMerge.objects.filter(status="merged").count(),
    }


def plain_values(row):
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
