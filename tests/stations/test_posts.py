"""Giving posts and ending them: by whom, over what, for how long, and never together with what must stay apart."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.history import changes_of
from core.models import Notice
from stations.accounts.models import Post, Role, User
from stations.accounts.services import appoint_post, break_glass, end_post, review_post
from stations.accounts.services.emergencies import BreakGlassTooLong
from stations.accounts.services.grounds import ReachOutsideOwn
from stations.accounts.services.posts import OwnPost, PostOver, PostPeriodWrong, PostsConflict, ReachNotOfRole
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    auditor,
    county,
    county_manager_of,
    finance_officer,
    helper_of,
    partner_of,
    platform_admin,
)

NOON = dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def give(user, role, actor, *, at=None, **values):
    return appoint_post(user=user, role=role, actor=actor, at=at or now(), reason="新帮手", **values)


def posts_of(user):
    return Post.objects.filter(user=user).count()


def test_a_county_manager_gives_a_helper_post_in_his_county():
    station, at = StationFactory(), now()
    manager, user = county_manager_of(station.county), UserFactory()
    post = give(user, Role.HELPER, manager, station=station, at=at)
    assert (post.reach, post.from_at, post.to_at, post.appointed_by) == ("station", at, None, manager)
    assert [(c.old, c.new, c.actor) for c in changes_of(post)] == [("", "appointed", manager.pk)]
    assert Notice.objects.filter(user=user.pk, template="post_given").count() == 1
    assert User.objects.get(pk=user.pk).live_posts == [post]


def test_nobody_gives_himself_a_post():
    station = StationFactory()
    manager = county_manager_of(station.county)
    with pytest.raises(OwnPost):
        give(manager, Role.HELPER, manager, station=station)
    assert posts_of(manager) == 1


@pytest.mark.parametrize("role", [Role.COUNTY_MANAGER, Role.FINANCE_OFFICER, Role.AUDITOR])
def test_a_county_manager_gives_only_the_posts_of_a_county(role):
    here, user = county(), UserFactory()
    with pytest.raises(ReachOutsideOwn):
        give(user, role, county_manager_of(here), division=here)
    assert posts_of(user) == 0


def test_a_county_manager_gives_nothing_outside_his_county():
    elsewhere, user = StationFactory(), UserFactory()
    with pytest.raises(ReachOutsideOwn):
        give(user, Role.HELPER, county_manager_of(county()), station=elsewhere)
    assert posts_of(user) == 0


def test_a_partner_gives_nothing():
    station, user = StationFactory(), UserFactory()
    with pytest.raises(ReachOutsideOwn):
        give(user, Role.HELPER, partner_of(station), station=station)
    assert posts_of(user) == 0


def test_a_platform_administrator_gives_every_post_but_his_own():
    here, admin = county(), platform_admin()
    assert give(UserFactory(), Role.COUNTY_MANAGER, admin, division=here)
    assert give(UserFactory(), Role.AUDITOR, admin)
    with pytest.raises(OwnPost):
        give(admin, Role.AUDITOR, admin)


@pytest.mark.parametrize(
    ("role", "ground"),
    [
        (Role.HELPER, "network"),
        (Role.PARTNER, "county"),
        (Role.COUNTY_CLERK, "township"),
        (Role.COUNTY_MANAGER, "prefecture"),
        (Role.COUNTY_MANAGER, "station"),
        (Role.FINANCE_OFFICER, "station"),
        (Role.PLATFORM_ADMIN, "county"),
    ],
)
def test_a_role_stands_only_over_its_own_kind_of_ground(role, ground):
    station, user = StationFactory(), UserFactory()
    target = {"station": station} if ground == "station" else {}
    if ground not in ("station", "network"):
        target = {"division": getattr(station, ground)}
    with pytest.raises(ReachNotOfRole):
        give(user, role, platform_admin(), **target)
    assert posts_of(user) == 0


@pytest.mark.parametrize("other", [Role.PARTNER, Role.HELPER])
def test_a_finance_officer_holds_no_post_at_a_station_of_his_region(other):
    station, elsewhere = StationFactory(), StationFactory()
    officer = finance_officer(station.prefecture)
    with pytest.raises(PostsConflict):
        give(officer, other, platform_admin(), station=station)
    assert posts_of(officer) == 1
    assert give(officer, other, platform_admin(), station=elsewhere)


def test_the_conflict_holds_in_the_other_direction_too():
    station = StationFactory()
    partner = partner_of(station)
    with pytest.raises(PostsConflict):
        give(partner, Role.FINANCE_OFFICER, platform_admin())
    with pytest.raises(PostsConflict):
        give(partner, Role.FINANCE_OFFICER, platform_admin(), division=station.county)
    assert posts_of(partner) == 1
    assert give(partner, Role.FINANCE_OFFICER, platform_admin(), division=county())


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.PLATFORM_ADMIN)])
def test_an_auditor_holds_nothing_else_there(role):
    station = StationFactory()
    user = auditor()
    at_station = role in (Role.PARTNER, Role.HELPER)
    with pytest.raises(PostsConflict):
        give(user, role, platform_admin(), **({"station": station} if at_station else {"division": station.county}))
    assert posts_of(user) == 1


def test_two_auditors_of_two_regions_may_be_one_person():
    user = auditor(county())
    assert give(user, Role.AUDITOR, platform_admin(), division=county())


def test_a_conflict_lasts_until_the_other_post_ends_to_the_second():
    station, at = StationFactory(), now()
    officer = finance_officer(to_at=at + dt.timedelta(hours=1))
    with pytest.raises(PostsConflict):
        give(officer, Role.HELPER, platform_admin(), station=station, at=at)
    with pytest.raises(PostsConflict):
        give(
            officer,
            Role.HELPER,
            platform_admin(),
            station=station,
            at=at,
            from_at=at + dt.timedelta(minutes=59, seconds=59),
        )
    assert give(officer, Role.HELPER, platform_admin(), station=station, at=at, from_at=at + dt.timedelta(hours=1))


def test_a_conflict_with_a_post_to_come_is_one_too():
    station, at = StationFactory(), now()
    officer = finance_officer(from_at=at + dt.timedelta(days=1))
    with pytest.raises(PostsConflict):
        give(officer, Role.HELPER, platform_admin(), station=station, at=at)
    assert give(officer, Role.HELPER, platform_admin(), station=station, at=at, to_at=at + dt.timedelta(days=1))


def test_the_same_post_twice_is_a_conflict():
    station = StationFactory()
    helper = helper_of(station)
    with pytest.raises(PostsConflict):
        give(helper, Role.HELPER, county_manager_of(station.county), station=station)
    assert posts_of(helper) == 1


def test_the_database_refuses_the_same_post_twice_as_well():
    station = StationFactory()
    helper = helper_of(station)
    with pytest.raises(IntegrityError, match="post_stands_once_per_user_role_and_station"), transaction.atomic():
        PostFactory(user=helper, station=station)


@pytest.mark.parametrize(
    "period",
    [
        {"from_at": NOON - dt.timedelta(seconds=1)},
        {"to_at": NOON},
        {"from_at": NOON + dt.timedelta(hours=2), "to_at": NOON + dt.timedelta(hours=1)},
    ],
)
def test_a_post_begins_now_or_later_and_ends_after_it_begins(period):
    station, user = StationFactory(), UserFactory()
    with pytest.raises(PostPeriodWrong):
        give(user, Role.HELPER, county_manager_of(station.county), station=station, at=NOON, **period)
    assert posts_of(user) == 0


def test_whoever_gets_a_staff_role_signs_in_again():
    here = county()
    user, clerk = UserFactory(), UserFactory()
    give(user, Role.HELPER, platform_admin(), station=StationFactory(county=here))
    give(clerk, Role.COUNTY_CLERK, county_manager_of(here), division=here)
    assert User.objects.get(pk=user.pk).session_epoch == 0
    assert User.objects.get(pk=clerk.pk).session_epoch == 1


def test_a_post_is_ended_now():
    station, at = StationFactory(), now()
    helper, manager = helper_of(station), county_manager_of(station.county)
    post = helper.posts.get()
    end_post(post=post, actor=manager, at=at, reason="合同到期")
    post.refresh_from_db()
    assert post.to_at == at
    assert User.objects.get(pk=helper.pk).live_posts == []
    assert changes_of(post).last().reason == "合同到期"


def test_a_post_is_ended_later():
    station, at = StationFactory(), now()
    helper = helper_of(station)
    later = at + dt.timedelta(days=30)
    end_post(post=helper.posts.get(), actor=county_manager_of(station.county), at=at, reason="合同到期", to_at=later)
    assert helper.posts.get().to_at == later
    assert User.objects.get(pk=helper.pk).live_posts


def test_a_post_to_come_is_ended_before_it_begins():
    station, at = StationFactory(), now()
    helper = helper_of(station, from_at=at + dt.timedelta(days=1))
    end_post(post=helper.posts.get(), actor=county_manager_of(station.county), at=at, reason="不来了")
    assert not helper.posts.live(at).exists()
    assert not helper.posts.live(at + dt.timedelta(days=2)).exists()


def test_a_post_is_ended_once_and_not_in_the_past():
    station, at = StationFactory(), now()
    helper, manager = helper_of(station), county_manager_of(station.county)
    with pytest.raises(PostPeriodWrong):
        end_post(post=helper.posts.get(), actor=manager, at=at, reason="合同到期", to_at=at - dt.timedelta(seconds=1))
    assert helper.posts.get().to_at is None
    end_post(post=helper.posts.get(), actor=manager, at=at, reason="合同到期")
    with pytest.raises(PostOver):
        end_post(post=helper.posts.get(), actor=manager, at=at, reason="合同到期")
    assert helper.posts.get().to_at == at


def test_nobody_ends_a_post_of_his_own_or_beyond_his_reach():
    station = StationFactory()
    manager, stranger = county_manager_of(station.county), county_manager_of(county())
    helper = helper_of(station)
    with pytest.raises(OwnPost):
        end_post(post=manager.posts.get(), actor=manager, at=now(), reason="…")
    with pytest.raises(ReachOutsideOwn):
        end_post(post=helper.posts.get(), actor=stranger, at=now(), reason="…")
    with pytest.raises(ReachOutsideOwn):
        end_post(post=stranger.posts.get(), actor=manager, at=now(), reason="…")
    assert not Post.objects.exclude(to_at=None).exists()


def test_an_emergency_post_lasts_four_hours_at_most():
    station, at = StationFactory(), now()
    manager, user = county_manager_of(station.county), UserFactory()
    longest = {"user": user, "role": Role.PARTNER, "actor": manager, "station": station, "at": at, "reason": "住院"}
    with pytest.raises(BreakGlassTooLong):
        break_glass(**longest, to_at=at + dt.timedelta(hours=4, seconds=1))
    assert posts_of(user) == 0
    post = break_glass(**longest, to_at=at + dt.timedelta(hours=4))
    assert post.is_break_glass
    with pytest.raises(IntegrityError, match="four_hours"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(to_at=at + dt.timedelta(hours=5))


def test_an_emergency_post_is_reviewed_by_somebody_else():
    station, at = StationFactory(), now()
    manager, user = county_manager_of(station.county), UserFactory()
    post = break_glass(
        user=user,
        role=Role.PARTNER,
        actor=manager,
        station=station,
        at=at,
        reason="住院",
        to_at=at + dt.timedelta(hours=1),
    )
    for involved in (user, manager):
        with pytest.raises(OwnPost):
            review_post(post=post, actor=involved, at=at, finding="没有问题")
    other = county_manager_of(station.county)
    assert review_post(post=post, actor=other, at=post.to_at, finding="没有问题").reviewed_by == other


def test_ending_a_post_never_makes_it_longer():
    station, at = StationFactory(), now()
    manager, user = county_manager_of(station.county), UserFactory()
    post = give(user, Role.HELPER, manager, station=station, to_at=at + dt.timedelta(days=1))
    with pytest.raises(PostPeriodWrong):
        end_post(post=post, actor=manager, at=at, reason="再干几天", to_at=at + dt.timedelta(days=2))
    post.refresh_from_db()
    assert post.to_at == at + dt.timedelta(days=1)
