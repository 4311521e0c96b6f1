"""Tokens of mobile clients and sessions of browsers: one query, nothing kept, over at once."""

import datetime as dt

import pytest
from django.test import RequestFactory
from django.utils.timezone import now
from rest_framework.exceptions import AuthenticationFailed

from stations.accounts.authentication import DeviceTokenAuthentication
from stations.accounts.models import Device, DeviceToken, User
from tests.factories.stations import (
    DeviceFactory,
    StationFactory,
    UserFactory,
    county_manager_of,
    helper_of,
    partner_of,
    token_for,
)

pytestmark = pytest.mark.django_db


def ask(authorization):
    request = RequestFactory().get("/", HTTP_AUTHORIZATION=authorization)
    return DeviceTokenAuthentication().authenticate(request)


def refused(authorization):
    with pytest.raises(AuthenticationFailed):
        ask(authorization)
    return True


def test_one_query_reads_token_device_user_epoch_and_posts(django_assert_num_queries):
    a, b = StationFactory(), StationFactory()
    user = county_manager_of(a.county, helper_of(b, partner_of(a)))
    token = token_for(user)
    with django_assert_num_queries(1):
        who, auth = ask(f"Token {token}")
        found = {(post.role, post.reach, post.station_id, post.division_level) for post in who.live_posts}
    assert who == user
    assert found == {
        ("partner", "station", a.pk, None),
        ("helper", "station", b.pk, None),
        ("county_manager", "region", None, "county"),
    }
    with django_assert_num_queries(0):
        assert auth.user == user
        assert auth.device_id
        assert (who.username, who.shown_name) == (user.username, user.shown_name)
    assert who.phone == user.phone


def test_a_person_without_posts_is_somebody_with_no_posts():
    who, _auth = ask(f"Token {token_for(UserFactory())}")
    assert who.live_posts == []


def test_only_posts_of_this_moment_come_with_the_token():
    user = partner_of(StationFactory(), to_at=now())
    partner_of(StationFactory(), user, from_at=now() + dt.timedelta(minutes=1))
    assert ask(f"Token {token_for(user)}")[0].live_posts == []


def test_no_token_leaves_the_question_to_the_browser_session():
    assert ask("") is None
    assert ask("Basic abc") is None


@pytest.mark.parametrize("token", ["", "x", "a b", "钥匙", "'; DROP TABLE--", "f" * 64, "f" * 5000])
def test_what_is_no_token_of_ours_is_refused(token):
    assert refused(f"Token {token}")


def test_a_token_is_stored_as_a_hash_only():
    token = token_for(UserFactory())
    stored = DeviceToken.objects.get()
    assert token not in (stored.digest, stored.token_key)
    assert refused(f"Token {stored.digest}")


def test_an_expired_token_is_refused_at_its_last_instant():
    user = UserFactory()
    assert ask(f"Token {token_for(user, expiry=now() + dt.timedelta(minutes=1))}")
    assert refused(f"Token {token_for(user, expiry=now())}")


def test_a_token_dies_with_its_device():
    user, device = UserFactory(), DeviceFactory()
    token = token_for(user, device)
    assert ask(f"Token {token}")
    Device.objects.update(state="revoked")
    assert refused(f"Token {token}")


def test_a_token_dies_when_the_epoch_moves():
    user = UserFactory()
    token = token_for(user)
    User.objects.update(session_epoch=1)
    assert refused(f"Token {token}")
    user.refresh_from_db()
    assert ask(f"Token {token_for(user)}")


def test_a_token_of_an_inactive_user_is_refused():
    token = token_for(UserFactory(is_active=False))
    assert refused(f"Token {token}")
