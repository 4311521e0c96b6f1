"""A second login of the same person is no second person: of posts, records, contracts and stations."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import SamePerson
from stations.accounts.services import appoint_post, break_glass, end_post, issue_login_code, review_post
from stations.accounts.services.codes import OwnLoginCode
from stations.accounts.services.posts import OwnPost
from stations.contracts import services as contracts
from stations.duplicates import services as duplicates
from stations.models import Contract, LoginCode, Person, Post, Station
from stations.network import services as network
from stations.people import services as people
from tests.factories.days import today
from tests.factories.people import resident, second_login_of
from tests.factories.stations import StationFactory, UserFactory, county_manager_of, helper_of, partner_of

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def first(station):
    return county_manager_of(station.county)


def second_of(first, station):
    return county_manager_of(station.county, user=second_login_of(first))


def test_records_are_not_merged_by_who_proposed_it_under_another_login(client, station, first):
    kept, gone = resident("王秀英", station), resident("王秀英", station)
    merge = duplicates.propose_merge(keep=kept, merge=gone, actor=first, at=now(), reason="同一个人")
    second = second_of(first, station)
    with pytest.raises(SamePerson):
        duplicates.merge_persons(merge=merge, actor=second, at=now())
    assert not Person.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("part", ["holder", "giver"])
def test_an_emergency_post_is_not_reviewed_by_its_holder_or_giver_under_another_login(station, first, part):
    at = now()
    holder = UserFactory()
    post = break_glass(
        user=holder, role="helper", station=station, actor=first, at=at, reason="合伙人突发疾病", to_at=at + HOUR
    )
    second = second_of(holder if part == "holder" else first, station)
    with pytest.raises(OwnPost):
        review_post(post=post, actor=second, at=at + HOUR, finding="没问题")
    assert Post.objects.get(pk=post.pk).reviewed_at is None


def test_nobody_gives_or_ends_a_post_of_his_own_under_another_login(station, first):
    own = helper_of(station).posts.get()
    manager = second_of(own.user, station)
    with pytest.raises(OwnPost):
        end_post(post=own, actor=manager, at=now(), reason="…")
    with pytest.raises(OwnPost):
        appoint_post(user=own.user, role="partner", station=station, actor=manager, at=now(), reason="…")


def test_nobody_issues_a_code_for_another_login_of_his_own(station, first):
    manager = second_of(first, station)
    with pytest.raises(OwnLoginCode):
        issue_login_code(user=first, actor=manager, at=now(), reason="…")
    assert not LoginCode.objects.exists()


def test_a_death_is_not_taken_back_by_who_wrote_it_down_under_another_login(station):
    person, by = resident("王秀英", station), helper_of(station)
    people.record_death(person=person, died_date=today(), by=by, at=now())
    with pytest.raises(SamePerson):
        people.undo_death(person=person, by=second_login_of(by), at=now(), reason="写错了人")
    assert Person.objects.get(pk=person.pk).died_date == today()


def test_a_station_is_not_closed_by_who_asked_under_another_login(station, first):
    closing = network.ask_closing(station=station, actor=first, at=now(), reason="整村搬迁")
    with pytest.raises(SamePerson):
        network.close_station(closing=closing, actor=second_login_of(first), at=now())
    assert Station.objects.get(pk=station.pk).status == "active"


@pytest.fixture
def contract(station, first):
    return Contract.objects.create(
        user=partner_of(station),
        station=station,
        kind="partner",
        from_date=today() - 100 * DAY,
        to_date=today() + 265 * DAY,
        terms_sha256="0" * 64,
        commission_plan_code="standard",
        status="active",
        signed_by_person_at=now(),
        signed_by_county_at=now(),
        county_signer=first,
    )


def test_a_contract_is_not_ended_by_who_asked_under_another_login(contract, first):
    asked = contracts.ask_termination(contract=contract, actor=first, at=now(), reason="挪用备用金")
    with pytest.raises(SamePerson):
        contracts.terminate_partner(termination=asked, actor=second_login_of(first), at=now())
    assert Contract.objects.get().status == "active"


def test_a_partner_is_not_reinstated_by_who_suspended_him_under_another_login(contract, first):
    contracts.suspend_partner(contract=contract, actor=first, at=now(), reason="投诉核实中")
    with pytest.raises(SamePerson):
        contracts.reinstate_partner(contract=contract, actor=second_login_of(first), at=now(), finding="不属实")
    assert Contract.objects.get().status == "suspended"
