"""What a post opens: verb and reach come from the same post, to the second."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import override_settings
from django.utils.timezone import now

from core.access import load, load_compiled, may
from stations.accounts.models import Device, Role, User
from stations.network.models import Station
from stations.places.models import Division
from stations.scope import demand_post
from tests.factories.stations import (
    DeviceFactory,
    DivisionFactory,
    PostFactory,
    StationFactory,
    UserFactory,
    auditor,
    county,
    county_manager_of,
    division_below,
    finance_officer,
    helper_of,
    partner_of,
)

pytestmark = pytest.mark.django_db

READ, CLOSE = "stations.read_station", "stations.close_temporarily"
GRANTS = {
    "helper": {READ, "stations.read_device"},
    "partner": {READ, "stations.read_device", CLOSE, "stations.revoke_device"},
    "county_manager": {READ, CLOSE, "stations.read_device", "stations.revoke_device"},
    "finance_officer": {READ},
    "auditor": {READ},
}


@pytest.fixture(autouse=True)
def grants():
    """A small table of our own, so that these tests do not change with the system's."""
    with override_settings(ECOMNET_GRANTS="tests.stations.test_reach.GRANTS"):
        yield


def reached(user, verb=READ):
    return set(Station.objects.open_to(user, verb))


def again(user):
    """The same user as the next request reads it."""
    return User.objects.get(pk=user.pk)


def test_a_region_does_not_reach_a_neighbour_whose_number_begins_with_its_own():
    mine = county()
    below, neighbour = division_below(mine), DivisionFactory(pk=mine.pk * 10, level="county", parent=mine.parent)
    assert neighbour.path.startswith(mine.path.rstrip("/"))
    reached = set(Division.objects.open_to(county_manager_of(mine), READ))
    assert {mine, below} <= reached
    assert neighbour not in reached


def test_a_stranger_reaches_nothing():
    StationFactory()
    assert reached(UserFactory()) == set()
    assert not may(UserFactory(), READ)


def test_a_helper_reads_his_station_and_no_other():
    here, _there = StationFactory(), StationFactory()
    assert reached(helper_of(here)) == {here}


def test_a_post_of_a_station_acts_there_and_neither_elsewhere_nor_for_a_region():
    here, there = StationFactory(), StationFactory()
    partner = partner_of(here)
    assert demand_post(partner, CLOSE, here).station_id == here.pk
    with pytest.raises(PermissionDenied):
        demand_post(partner, CLOSE, there)
    assert not Division.objects.open_to(partner, READ).exists()


@pytest.mark.parametrize("level", ["province", "prefecture", "county", "township", "village"])
def test_a_region_reaches_the_stations_below_it_at_every_level(level):
    inside, outside = StationFactory(), StationFactory()
    officer = finance_officer(getattr(inside, level))
    assert inside in reached(officer)
    assert outside not in reached(officer)


def test_a_region_reaches_no_neighbour_of_the_same_parent():
    here = county()
    there = division_below(here.parent, "county", code="199001000000")
    inside, neighbour = StationFactory(county=here), StationFactory(county=there)
    assert neighbour.prefecture == inside.prefecture
    officer = finance_officer(here)
    assert inside in reached(officer)
    assert neighbour not in reached(officer)


def test_the_network_is_everything():
    here, there = StationFactory(), StationFactory()
    assert {here, there} <= reached(finance_officer())


def test_the_union_is_taken_over_posts_that_carry_the_verb():
    a, b = StationFactory(), StationFactory()
    user = helper_of(b, partner_of(a))
    assert reached(user) == {a, b}
    assert reached(user, CLOSE) == {a}


def test_partner_of_a_and_helper_of_b_gets_403_in_b_and_404_elsewhere():
    a, b, c = StationFactory(), StationFactory(), StationFactory()
    user = helper_of(b, partner_of(a))
    assert load(Station.objects, user, CLOSE, pk=a.pk) == a
    with pytest.raises(PermissionDenied):
        load(Station.objects, user, CLOSE, pk=b.pk)
    with pytest.raises(Http404):
        load(Station.objects, user, CLOSE, pk=c.pk)


@load_compiled("code")
def loaded_by_code():
    return Station.objects.select_related("county")


@load_compiled("pk")
def loaded_device():
    return Device.objects.all()


def outcome(way, *what, **lookup):
    try:
        return way(*what, **lookup)
    except (Http404, PermissionDenied) as refusal:
        return type(refusal)


def test_a_kept_load_lets_everybody_in_where_load_does():
    a, b, c = StationFactory(), StationFactory(), StationFactory()
    people = [
        UserFactory(),
        helper_of(a),
        partner_of(b),
        helper_of(b, partner_of(a)),
        partner_of(c, helper_of(b, partner_of(a))),
        finance_officer(a.county),
        finance_officer(b.village, partner_of(c)),
        finance_officer(),
        auditor(),
    ]
    devices = [DeviceFactory(station=station) for station in (a, b)]
    for user in map(again, people * 2):  # the second time with statements that are there
        for verb in (READ, CLOSE):
            for station in (a, b, c):
                expected = outcome(load, Station.objects, user, verb, code=station.code)
                assert outcome(loaded_by_code, user, verb, station.code) == expected
        for device in devices:
            expected = outcome(load, Device.objects, user, "stations.revoke_device", pk=device.pk)
            assert outcome(loaded_device, user, "stations.revoke_device", str(device.pk)) == expected


def test_a_kept_load_of_what_can_be_no_key_is_404():
    user = partner_of(StationFactory())
    for value in ("not-a-key", "", "\0", None):
        with pytest.raises(Http404):
            loaded_device(user, "stations.read_device", value)
    with pytest.raises(Http404):
        loaded_by_code(user, READ, "nul\0in it")


def test_a_kept_load_reads_the_row_with_what_belongs_to_it(django_assert_num_queries):
    station = StationFactory()
    user = again(partner_of(station))
    assert loaded_by_code(user, READ, station.code) == station
    with django_assert_num_queries(1):
        assert loaded_by_code(user, READ, station.code).county.name == station.county.name


def test_a_post_counts_until_its_end_to_the_second():
    station, at = StationFactory(), now()
    user = partner_of(station, to_at=at)
    posts = user.posts.all()
    assert posts.live(at - dt.timedelta(microseconds=1)).exists()
    assert not posts.live(at).exists()
    assert posts.live(station.posts.get().from_at).exists()
    assert not posts.live(station.posts.get().from_at - dt.timedelta(microseconds=1)).exists()


def test_after_the_end_of_both_posts_both_stations_are_404():
    a, b = StationFactory(), StationFactory()
    user = helper_of(b, partner_of(a))
    user.posts.update(to_at=now())
    for station in (a, b):
        with pytest.raises(Http404):
            load(Station.objects, again(user), CLOSE, pk=station.pk)


def test_a_post_of_tomorrow_opens_nothing_today():
    station = StationFactory()
    user = partner_of(station, from_at=now() + dt.timedelta(seconds=5))
    assert reached(user) == set()


def test_a_break_glass_post_opens_what_its_role_opens():
    station, at = StationFactory(), now()
    user = partner_of(
        station,
        is_break_glass=True,
        reason="伙伴住院",
        appointed_by=UserFactory(),
        from_at=at,
        to_at=at + dt.timedelta(hours=4),
    )
    assert reached(user, CLOSE) == {station}


def test_an_inactive_user_reaches_nothing():
    station = StationFactory()
    assert reached(partner_of(station, UserFactory(is_active=False))) == set()


def test_a_superuser_reaches_nothing():
    StationFactory()
    assert reached(UserFactory(is_superuser=True, is_staff=True)) == set()


def test_an_auditor_reads_and_does_nothing_else():
    station = StationFactory()
    assert station in reached(auditor())
    assert reached(auditor(), CLOSE) == set()


def test_reach_follows_the_path_of_the_noun():
    here, there = StationFactory(), StationFactory()
    mine, _theirs = DeviceFactory(station=here), DeviceFactory(station=there)
    assert set(Device.objects.open_to(partner_of(here), "stations.revoke_device")) == {mine}


def test_an_unknown_role_of_an_old_post_opens_nothing():
    station = StationFactory()
    post = PostFactory(station=station, role="no_more_such_role")
    assert reached(post.user) == set()


def test_reach_costs_one_query_for_posts_and_one_for_rows(django_assert_num_queries):
    station = StationFactory()
    user = again(helper_of(station, partner_of(StationFactory())))
    PostFactory(user=user, role=Role.COUNTY_MANAGER, division=station.county)
    with django_assert_num_queries(2):
        list(Station.objects.open_to(user, READ))
