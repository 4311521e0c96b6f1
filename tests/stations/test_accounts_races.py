"""Accounts when two do the same at once: one effect, and tries that are not multiplied."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils.timezone import now

from stations.accounts.models import Post, Role
from stations.accounts.services import appoint_post
from stations.accounts.services.posts import PostsConflict
from tests.factories.stations import StationFactory, UserFactory, county_manager_of, platform_admin

pytestmark = pytest.mark.usefixtures("own_database")


def give(user, role, actor, **values):
    return appoint_post(user=user, role=role, actor=actor, at=now(), reason="新帮手", **values)


def posts_of(user):
    return Post.objects.filter(user=user).count()


def test_of_two_givers_at_once_one_gives_the_post():
    station, user = StationFactory(), UserFactory()
    managers = [county_manager_of(station.county) for _ in range(4)]
    together = Barrier(len(managers))

    def race(manager):
        together.wait()
        try:
            give(user, Role.HELPER, manager, station=station)
        except PostsConflict:
            return "refused"
        finally:
            connection.close()
        return "given"

    with ThreadPoolExecutor(len(managers)) as pool:
        answers = sorted(pool.map(race, managers))
    assert answers == ["given", "refused", "refused", "refused"]
    assert posts_of(user) == 1


def test_of_two_conflicting_posts_at_once_one_is_given():
    station, user = StationFactory(), UserFactory()
    wanted = [
        (Role.HELPER, {"station": station}, platform_admin()),
        (Role.FINANCE_OFFICER, {}, platform_admin()),
    ]
    together = Barrier(2)

    def race(wish):
        role, ground, giver = wish
        together.wait()
        try:
            give(user, role, giver, **ground)
        except PostsConflict:
            return "refused"
        finally:
            connection.close()
        return "given"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(race, wanted)) == ["given", "refused"]
    assert posts_of(user) == 1
