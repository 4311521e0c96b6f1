"""Emergency posts: opened with a reason, over by themselves, reviewed by somebody who neither held nor gave them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils.timezone import now

from core.fields import uuid7
from core.forms import new_key
from core.language import formatting
from core.models import Notice
from core.money import Money
from stations.accounts.models import Post, User
from stations.accounts.services import break_glass, review_post
from stations.accounts.services.emergencies import NothingToReview
from stations.accounts.services.posts import LimitNotOfRole, OwnPost, appoint_post
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    county_clerk_of,
    county_manager_of,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)


@pytest.fixture
def station():
    return StationFactory()


def opened(station, *, giver, user=None, hours=2, at=AT):
    return break_glass(
        user=user or UserFactory(),
        role="helper",
        station=station,
        actor=giver,
        at=at,
        reason="合伙人突发疾病",
        to_at=at + dt.timedelta(hours=hours),
    )


def test_those_who_may_review_are_told_at_once(station):
    giver, other, admin = county_manager_of(station.county), county_manager_of(station.county), platform_admin()
    county_manager_of(StationFactory().county)
    opened(station, giver=giver)
    told = Notice.objects.filter(template="emergency_post_given")
    assert {notice.user for notice in told} == {other.pk, admin.pk}


def test_it_is_reviewed_once_when_it_is_over_by_somebody_else(station):
    giver, reviewer = county_manager_of(station.county), county_manager_of(station.county)
    post = opened(station, giver=giver)
    over = post.to_at
    for actor in (giver, post.user):
        with pytest.raises(OwnPost):
            review_post(post=post, actor=actor, at=over, finding="没问题")
    with pytest.raises(NothingToReview):
        review_post(post=post, actor=reviewer, at=over - dt.timedelta(seconds=1), finding="没问题")
    assert Post.objects.get(pk=post.pk).reviewed_at is None
    review_post(post=post, actor=reviewer, at=over, finding="没问题")
    with pytest.raises(NothingToReview):
        review_post(post=post, actor=reviewer, at=over, finding="再看一次")
    plain = partner_of(station).posts.get()
    with pytest.raises(NothingToReview):
        review_post(post=plain, actor=reviewer, at=over, finding="普通岗位")


def test_the_page_opens_one_for_some_hours_and_lists_it_for_review(client, station):
    manager, holder = county_manager_of(station.county), UserFactory(username="jiuji")
    client.force_login(manager)
    typed = {"user": "jiuji", "role": "helper", "station": station.code, "hours": 4, "reason": "合伙人突发疾病"}
    done = client.post("/county/posts/emergency/", {"key": new_key(), **typed})
    post = Post.objects.get(user=holder)
    assert (done.status_code, done["Location"]) == (303, f"/county/posts/{post.pk}/")
    assert post.is_break_glass
    assert post.to_at - post.from_at == dt.timedelta(hours=4)
    assert f"/county/posts/{post.pk}/" in client.get("/county/posts/emergencies/").content.decode()


def test_the_page_writes_a_finding_down(client, station):
    with time_machine.travel(now() - dt.timedelta(hours=3), tick=False):
        post = opened(station, giver=county_manager_of(station.county), at=now())
    client.force_login(county_manager_of(station.county))
    done = client.post(f"/county/posts/{post.pk}/review/", {"key": new_key(), "finding": "两笔取款都有签字"})
    assert done.status_code == 303
    assert Post.objects.get(pk=post.pk).reviewed_at is not None
    client.force_login(county_manager_of(StationFactory().county))
    assert client.get(f"/county/posts/{post.pk}/review/").status_code == 404
    client.force_login(partner_of(station))
    assert client.get(f"/county/posts/{post.pk}/review/").status_code == 404


def test_the_api_opens_and_reviews_and_refuses_more_than_four_hours(station):
    manager = api_client(county_manager_of(station.county))
    UserFactory(username="jiuji")
    body = {"user": "jiuji", "role": "helper", "reach": "station", "station": station.code, "reason": "急"}

    def send(path, client=manager, **more):
        return client.post(path, more, format="json", headers={"Idempotency-Key": uuid7().hex})

    assert send("/api/v1/posts/break-glass/", **body, minutes=241).status_code == 400
    made = send("/api/v1/posts/break-glass/", **body, minutes=240)
    assert (made.status_code, made.json()["is_break_glass"]) == (201, True)
    path = f"/api/v1/posts/{made.json()['id']}/review/"
    early = send(path, api_client(county_manager_of(station.county)), finding="没问题")
    assert (early.status_code, early.json()["code"]) == (409, "nothing_to_review")
    assert send(path, api_client(county_manager_of(StationFactory().county)), finding="x").status_code == 404
    assert send(path, api_client(partner_of(station)), finding="x").status_code == 404


def test_a_post_may_approve_up_to_a_limit(station):
    UserFactory(username="xindai")
    admin = api_client(platform_admin())
    body = {
        "user": "xindai",
        "role": "credit_officer",
        "reach": "region",
        "division": station.county.code,
        "reason": "新信贷员",
    }

    def send(**more):
        return admin.post("/api/v1/posts/", body | more, format="json", headers={"Idempotency-Key": uuid7().hex})

    assert send(limit="1.234").json()["code"] == "amount_malformed"
    assert send(limit="10.00", currency="XXX").status_code == 400
    assert not Post.objects.filter(user__username="xindai").exists()
    made = send(limit="2000.00")
    assert (made.json()["limit"], made.json()["currency"]) == ("2000.00", "CNY")
    post = Post.objects.get(user__username="xindai")
    assert (post.limit_minor, post.currency) == (2_000_00, "CNY")


def test_a_role_that_approves_nothing_gets_no_limit(station):
    about = {"station": station, "actor": county_manager_of(station.county), "at": AT, "reason": "新帮手"}
    with pytest.raises(LimitNotOfRole):
        appoint_post(user=UserFactory(), role="helper", limit=Money(2_000_00, "CNY"), **about)
    assert appoint_post(user=UserFactory(), role="helper", **about).limit_minor is None


def test_under_an_emergency_post_every_page_says_so_and_when_it_ends(client, station):
    clerk = county_clerk_of(station.county)
    at = now()
    opened(station, giver=county_manager_of(station.county), user=clerk, at=at)
    User.objects.filter(pk=clerk.pk).update(language="en")
    client.force_login(clerk)
    page = client.get("/help/").content.decode()
    ends = formatting.clock((at + dt.timedelta(hours=2)).astimezone(ZoneInfo(station.zone)))
    assert f"Emergency post: Helper, until {ends}" in page
    assert "County clerk" in page
