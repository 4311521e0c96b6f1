"""The posts of a county in the console: seen, given, ended; and codes for people who stand before the manager."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stations.accounts.models import LoginCode, Post
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    auditor,
    county,
    county_manager_of,
    helper_of,
    partner_of,
)

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef"


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def manager(client, station):
    """The manager of the station's county, at the counter."""
    user = county_manager_of(station.county)
    client.force_login(user)
    return user


def give(client, user, **typed):
    return client.post(
        "/county/posts/new/", {"user": user.username, "role": "helper", "reason": "新帮手", "key": KEY, **typed}
    )


def test_a_manager_sees_the_posts_of_the_county_only(client, station, manager):
    here, there = helper_of(station), partner_of(StationFactory())
    page = client.get("/county/posts/").content.decode()
    assert here.shown_name in page
    assert there.shown_name not in page
    found = client.get(f"/county/posts/?q={here.username}").content.decode()
    assert here.shown_name in found
    assert manager.shown_name not in found.partition("<main")[2].partition("</main>")[0]


def test_a_list_of_posts_costs_the_same_for_two_as_for_twelve(client, station, manager):
    costs = []
    for more in (2, 10):
        for _number in range(more):
            helper_of(station)
        with CaptureQueriesContext(connection) as queries:
            client.get("/county/posts/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 5  # with the one that counts


def test_a_manager_gives_and_ends_a_post(client, station, manager):
    user = UserFactory()
    given = give(client, user, station=station.code)
    post = Post.objects.get(user=user)
    assert (given.status_code, given.url) == (303, f"/county/posts/{post.pk}/")
    assert give(client, user, station=station.code).url == given.url
    assert "新帮手" in client.get(given.url).content.decode()
    ended = client.post(f"{given.url}end/", {"reason": "不做了", "key": f"{KEY}2"})
    assert ended.status_code == 303
    post.refresh_from_db()
    assert post.to_at is not None


def test_a_refused_post_keeps_what_was_typed(client, manager):
    user, elsewhere = UserFactory(), StationFactory()
    answer = give(client, user, station=elsewhere.code)
    assert answer.status_code == 422
    assert f'value="{elsewhere.code}"' in answer.content.decode()
    assert not Post.objects.filter(user=user).exists()


def test_only_roles_that_the_giver_may_give_are_offered(client, manager):
    page = client.get("/county/posts/new/").content.decode()
    assert 'value="county_clerk"' in page
    assert 'value="auditor"' not in page


def test_a_code_is_shown_once_to_the_manager(client, station, manager):
    post = helper_of(station).posts.get()
    path = f"/county/posts/{post.pk}/code/"
    page = client.post(path, {"reason": "本人到场"})
    code = page.context["code"]
    assert len(code) == 6
    assert code in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert code not in client.get(path).content.decode()
    assert LoginCode.objects.get().issued_by == manager


def test_strangers_and_readers_end_nothing_and_issue_nothing(client, station):
    post = helper_of(station).posts.get()
    for user, expected in [(county_manager_of(county()), 404), (auditor(), 403), (partner_of(station), 404)]:
        client.force_login(user)
        for verb in ("end", "code"):
            answer = client.post(f"/county/posts/{post.pk}/{verb}/", {"reason": "…", "key": KEY})
            assert answer.status_code == expected
    assert Post.objects.get(pk=post.pk).to_at is None
    assert not LoginCode.objects.exists()
