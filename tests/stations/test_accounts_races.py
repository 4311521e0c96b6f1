"""Accounts when two do the same at once: one effect, and tries that are not multiplied."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import CodeLocked, CodeWrong
from stations.accounts.models import Device, DevicePin, LoginCode, Post, Role
from stations.accounts.services import appoint_post, set_pin, sign_in_first_time, sign_in_with_pin
from stations.accounts.services.posts import PostsConflict
from stations.accounts.services.secrets import device_secret_hash
from stations.accounts.services.sign_in import SignInRefused
from tests.factories.accounts import another, code_for
from tests.factories.stations import DeviceFactory, StationFactory, UserFactory, county_manager_of, platform_admin

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


def test_eight_wrong_pins_at_once_use_up_exactly_five_tries():
    user, device = UserFactory(), DeviceFactory(secret_hash=device_secret_hash("secret"))
    set_pin(user=user, device=device, pin="402913", at=now())
    together = Barrier(8)

    def race(number):
        together.wait()
        try:
            sign_in_with_pin(device_secret="secret", user=user, pin=f"50291{number}", at=now())
        except CodeLocked:
            return "locked"
        except CodeWrong as refusal:
            return refusal.params["tries_left"]
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(race, range(8)))
    assert sorted(map(str, answers)) == ["0", "1", "2", "3", "4", "locked", "locked", "locked"]
    assert DevicePin.objects.get().tries == 5


def test_a_code_used_by_two_at_once_lets_one_in():
    user = UserFactory()
    code = code_for(user)
    together = Barrier(4)

    def race(_number):
        together.wait()
        try:
            sign_in_first_time(username=user.username, password="password", code=code, label="手机", at=now())
        except SignInRefused:
            return "refused"
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(race, range(4)))
    assert answers == ["in", "refused", "refused", "refused"]
    assert Device.objects.count() == 1


def test_eight_wrong_codes_at_once_use_up_exactly_five_tries():
    user = UserFactory()
    code = code_for(user)
    together = Barrier(8)

    def race(_number):
        together.wait()
        try:
            sign_in_first_time(username=user.username, password="password", code=another(code), label="手机", at=now())
        except SignInRefused:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(race, range(8)))
    assert LoginCode.objects.get().tries == 5
    assert not Device.objects.exists()
