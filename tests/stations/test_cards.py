"""Cards of residents: given, replaced, stopped, printed; the code finds the holder and nobody else."""

import pytest

from core.forms import new_key
from stations.people.models import ResidentCard
from tests.factories.people import resident
from tests.factories.stations import StationFactory, partner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def signed_in(client, station):
    client.force_login(partner_of(station))
    return client


def test_a_card_is_given_printed_and_found_again(signed_in, station):
    person = resident("王秀英", station)
    given = signed_in.post(f"/people/{person.pk}/card/", {"key": new_key()})
    assert (given.status_code, given["Location"]) == (303, f"/people/{person.pk}/card/print/")
    paper = signed_in.get(given["Location"]).content.decode()
    code = ResidentCard.objects.get().code
    assert code in paper
    assert "王*英" in paper
    picture = signed_in.get(f"/people/{person.pk}/card/picture/")
    assert picture["Content-Type"] == "image/svg+xml"
    scanned = signed_in.post("/people/", {"q": code})
    assert scanned["Location"] == f"/people/{person.pk}/"


def test_a_new_card_stops_the_old_one_and_pressing_twice_gives_one(signed_in, station):
    person = resident("王秀英", station)
    signed_in.post(f"/people/{person.pk}/card/", {"key": new_key()})
    old = ResidentCard.objects.get()
    key = new_key()
    for _press in range(2):
        signed_in.post(f"/people/{person.pk}/card/", {"key": key})
    assert ResidentCard.objects.filter(revoked_at=None).exclude(pk=old.pk).count() == 1
    assert ResidentCard.objects.count() == 2
    assert signed_in.post("/scan/", {"q": old.code}).status_code == 200


def test_a_stopped_card_finds_nobody_and_is_not_printed(signed_in, station):
    person = resident("王秀英", station)
    signed_in.post(f"/people/{person.pk}/card/", {"key": new_key()})
    code = ResidentCard.objects.get().code
    assert signed_in.post(f"/people/{person.pk}/card/stop/", {"key": new_key()}).status_code == 303
    assert ResidentCard.objects.get().revoked_at is not None
    assert signed_in.post("/scan/", {"q": code}).status_code == 200
    assert signed_in.get(f"/people/{person.pk}/card/print/").status_code == 303
    assert signed_in.get(f"/people/{person.pk}/card/picture/").status_code == 404


def test_cards_are_given_at_the_own_station_only(client, station):
    person = resident("王秀英", station)
    client.force_login(partner_of(StationFactory(county=station.county)))
    assert client.post(f"/people/{person.pk}/card/", {"key": new_key()}).status_code == 403
    client.force_login(partner_of(StationFactory()))
    assert client.get(f"/people/{person.pk}/card/").status_code == 404
    assert not ResidentCard.objects.exists()
