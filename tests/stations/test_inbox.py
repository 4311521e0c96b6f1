"""The page of messages."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.models import Notice
from core.notices.queries import unread_count
from stations.inbox.lists import MESSAGES
from tests.factories.stations import UserFactory

PATH = "/notices/"


@pytest.fixture
def reader(client, db):
    user = UserFactory(language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def tell(user, number=1, **more):
    return Notice.objects.create(
        user=user.pk,
        language="zh-hans",
        template="post_given",
        params={"role": "helper", "place": f"place {number}"},
        dedupe_key=f"{user.pk}:{number}",
        send_at=now(),
        state=Notice.State.SHOWN,
        **more,
    )


def test_a_reader_sees_what_was_said_in_the_language_of_now_and_has_then_read_it(client, reader):
    tell(reader, link="/me/")
    assert unread_count(reader.pk) == 1
    page = client.get(PATH).content.decode()
    assert "You have a new post: helper, place 1" in page
    assert 'href="/me/"' in page
    assert unread_count(reader.pk) == 0
    assert Notice.objects.get().read_at > now() - dt.timedelta(minutes=1)


def test_messages_of_others_are_neither_seen_nor_read(client, reader):
    other = UserFactory()
    tell(other)
    assert "place 1" not in client.get(PATH).content.decode()
    assert unread_count(other.pk) == 1


def test_older_messages_stand_on_the_next_page(client, reader):
    for number in range(MESSAGES.size + 1):
        tell(reader, number)
    first = client.get(PATH)
    assert "place 0<" not in first.content.decode()
    second = client.get(PATH + first.context["list"].older).content.decode()
    assert "place 0" in second
    assert 'rel="prev"' in second


def test_without_messages_the_page_says_so(client, reader):
    assert "No messages yet." in client.get(PATH).content.decode()


def test_a_stranger_is_sent_to_sign_in(client, db):
    answer = client.get(PATH)
    assert answer.status_code == 302
    assert reverse("accounts:sign_in") in answer["Location"]


def test_nothing_is_written_to_the_page(client, reader):
    assert client.post(PATH).status_code == 405


def test_the_page_asks_little_of_the_database(client, reader, django_assert_max_num_queries):
    for number in range(MESSAGES.size):
        tell(reader, number)
    with django_assert_max_num_queries(8):
        client.get(PATH)
