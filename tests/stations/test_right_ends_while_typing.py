"""A right that ends while a form is filled: the answer is no, and nothing that was typed is lost."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.forms import new_key
from stations.people.models import Person
from tests.factories.people import resident
from tests.factories.stations import StationFactory, county_clerk_of, helper_of

pytestmark = pytest.mark.django_db


def test_what_was_typed_comes_back_and_can_be_sent_again(client):
    station = StationFactory()
    helper = helper_of(station)
    client.force_login(helper)
    typed = {"key": new_key(), "full_name": "赵桂兰", "phone": "13800005678", "sex": "female"}
    helper.posts.update(to_at=now())
    refused = client.post(reverse("people:new"), typed)
    page = refused.content.decode()
    assert refused.status_code == 403
    assert [word for word in typed.values() if f'value="{word}"' not in page] == []
    assert not Person.objects.exists()
    helper.posts.update(to_at=None)
    assert client.post(reverse("people:new"), typed).status_code == 303
    assert Person.objects.get().full_name == "赵桂兰"


def test_secrets_do_not_come_back(client):
    client.force_login(helper_of(StationFactory()))
    page = client.post(
        "/county/posts/new/", {"key": new_key(), "reason": "顶班", "password": "geheim", "code": "402913"}
    )
    assert page.status_code == 403
    assert "顶班" in page.content.decode()
    assert "geheim" not in page.content.decode()
    assert "402913" not in page.content.decode()


def test_a_page_that_is_only_looked_at_shows_no_form(client):
    person = resident()
    client.force_login(helper_of(StationFactory()))
    refused = client.get("/county/posts/new/", {"person": str(person.pk)})
    assert refused.status_code == 403
    assert "您填写的内容" not in refused.content.decode()


def test_what_was_typed_on_the_page_of_a_person_comes_back_though_the_page_is_no_longer_there(client):
    person = resident()
    helper = helper_of(person.home_station)
    client.force_login(helper)
    page = f"/people/{person.pk}/edit/"
    typed = {"key": new_key(), "full_name": "赵桂兰", "phone": "13800005678", "sex": "female", "reason": "户口本"}
    typed |= {"residence": "resident", "language": "zh-hans"}
    assert client.get(page).status_code == 200
    helper.posts.update(to_at=now())
    refused = client.post(page, typed)
    shown = refused.content.decode()
    assert refused.status_code == 404
    assert [word for word in typed.values() if f'value="{word}"' not in shown] == []
    assert person.full_name not in shown
    helper.posts.update(to_at=None)
    assert client.post(page, typed).status_code == 303
    assert Person.objects.get(pk=person.pk).full_name == "赵桂兰"


def test_somebody_who_may_still_read_the_person_is_told_that_only_the_change_is_refused(client):
    person = resident()
    client.force_login(county_clerk_of(person.home_station.county))
    assert client.post(f"/people/{person.pk}/edit/", {"key": new_key(), "full_name": "赵桂兰"}).status_code == 403


def test_an_address_that_does_not_exist_gives_nothing_back(client):
    client.force_login(helper_of(StationFactory()))
    page = client.post("/nowhere/", {"key": new_key(), "reason": "顶班"})
    assert page.status_code == 404
    assert "顶班" not in page.content.decode()
