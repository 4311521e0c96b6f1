"""What an emergency post opens is read masked, and every look through it is written down."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import get_resolver, reverse
from django.utils.timezone import now

from core.forms import new_key
from stations.accounts.models import Post
from stations.accounts.services import break_glass
from stations.people.models import AccessRead, Person, Reveal
from tests.factories.people import household_of, resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def person(station):
    who = resident("王秀英", station, phone="13800005678", birth_date=dt.date(1951, 3, 8))
    household_of(who)
    return Person.objects.get(pk=who.pk)


def standing_in(station, *, user=None):
    """Somebody who stands in at the station by an emergency post from now on."""
    holder = user or UserFactory()
    break_glass(
        user=holder,
        role="partner",
        station=station,
        actor=county_manager_of(station.county),
        at=now(),
        reason="合伙人突发疾病",
        to_at=now() + HOUR,
    )
    return holder


def test_the_page_shows_the_name_masked_and_leaves_a_row(client, station, person):
    holder = standing_in(station)
    client.force_login(holder)
    for tab in ("person", "household", "consents", "history", "guardians"):
        page = client.get(reverse(f"people:{tab}", args=[person.pk])).content.decode()
        assert "王*英" in page
        assert "王秀英" not in page
    rows = AccessRead.objects.filter(person=person, user=holder)
    assert {row.post for row in rows} == {holder.posts.get()}
    assert rows.count() == 5


def test_the_same_over_the_api(station, person):
    holder = standing_in(station)
    answer = api_client(holder).get(f"/api/v1/people/{person.pk}/")
    assert (answer.status_code, answer.data["name_masked"]) == (200, "王*英")
    assert AccessRead.objects.get(person=person, user=holder).post == holder.posts.get()


def test_somebody_who_works_there_leaves_no_row_and_reads_the_name(client, station, person):
    client.force_login(helper_of(station))
    assert "王秀英" in client.get(reverse("people:person", args=[person.pk])).content.decode()
    assert not AccessRead.objects.exists()


def test_whoever_works_there_and_stands_in_there_too_reads_as_always(client, station, person):
    helper = helper_of(station)
    standing_in(station, user=helper)
    client.force_login(helper)
    assert "王秀英" in client.get(reverse("people:person", args=[person.pk])).content.decode()


def test_a_search_through_an_emergency_post_is_written_down(client, station, person):
    holder = standing_in(station)
    client.force_login(holder)
    assert "王*英" in client.get(reverse("people:find"), {"q": "wxy"}).content.decode()
    assert api_client(holder).get("/api/v1/people/find/", {"q": "wxy"}).data["results"]
    rows = AccessRead.objects.filter(user=holder)
    assert [(row.what, row.post) for row in rows] == [("search_station", holder.posts.get())] * 2


def test_whoever_stands_in_corrects_without_seeing_what_is_hidden(client, station, person):
    holder = standing_in(station)
    client.force_login(holder)
    address = reverse("people:edit", args=[person.pk])
    page = client.get(address).content.decode()
    assert "王秀英" not in page
    assert "1951-03-08" not in page
    typed = {"sex": "female", "residence": "away", "language": "zh-hans", "reason": "本人要求"}
    assert client.post(address, {"key": new_key(), **typed}).status_code == 303
    person.refresh_from_db()
    assert (person.full_name, person.birth_date, person.residence) == ("王秀英", dt.date(1951, 3, 8), "away")


@pytest.mark.parametrize("role", ["partner", "county_manager", "auditor"])
def test_every_page_of_a_person_that_is_read_from_beyond_leaves_a_row(client, station, person, role):
    reader = standing_in(station) if role == "partner" else _over_county(role, station)
    client.force_login(reader)
    opened = []
    for name in _pages_of_a_person():
        before = AccessRead.objects.filter(person=person, user=reader).count()
        try:
            answer = client.get(reverse(name, args=[person.pk]))
        except (Http404, PermissionDenied):
            continue
        if answer.status_code == 200:
            opened.append(name)
            assert AccessRead.objects.filter(person=person, user=reader).count() > before, name
    assert "people:person" in opened


def test_two_records_side_by_side_leave_a_row_for_each(client, station):
    one, other = (resident("王秀英", station, phone="13800005678") for _ in range(2))
    manager = county_manager_of(station.county)
    client.force_login(manager)
    client.get(reverse("duplicates:propose", args=[one.pk, other.pk]))
    assert {row.person for row in AccessRead.objects.filter(user=manager)} == {one, other}


@pytest.mark.parametrize("blank", [" ", "\u200b", "\u3164"])
def test_the_database_refuses_a_reason_that_nobody_can_see(station, person, blank):
    holder = standing_in(station)
    post = holder.posts.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(reason=blank)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reveal.objects.create(
            user=holder, person=person, field="phone", reason="other", note=blank, at=post.from_at, post=post
        )


def test_a_reveal_through_an_emergency_post_names_it(station, person):
    holder = standing_in(station)
    answer = api_client(holder).post(
        f"/api/v1/people/{person.pk}/reveal/",
        {"field": "phone", "reason": "emergency"},
        format="json",
        HTTP_IDEMPOTENCY_KEY=new_key(),
    )
    assert answer.data["value"] == "+8613800005678"
    assert Reveal.objects.get().post == holder.posts.get()
    assert AccessRead.objects.get(person=person).post == holder.posts.get()


def test_a_look_at_a_neighbour_names_the_post_that_opened_it(client, station, person):
    next_door = StationFactory(county=station.county)
    neighbour = partner_of(next_door)
    client.force_login(neighbour)
    client.get(reverse("people:person", args=[person.pk]))
    assert AccessRead.objects.get(person=person).post == neighbour.posts.get()


def _pages_of_a_person() -> list[str]:
    """Every page whose address needs nothing but a person."""
    found = []
    for space in ("people", "rights"):
        _, resolver = get_resolver().namespace_dict[space]
        found += [
            f"{space}:{pattern.name}"
            for pattern in resolver.url_patterns
            if list(pattern.pattern.converters) == ["person_id"]
        ]
    return found


def _over_county(role, station):
    """Somebody whose ordinary post reaches the whole county."""
    if role == "county_manager":
        return county_manager_of(station.county)
    return PostFactory(role=role, division=station.county).user
