"""One field that knows every code of the system, and goes where it leads."""

import pytest
from django.conf import settings

from stations.recruitment.numbers import with_check_digits
from tests.factories.stations import StationFactory, county_manager_of, partner_of

pytestmark = pytest.mark.usefixtures("own_database")


def opened(client, code):
    answer = client.post("/scan/", {"q": code})
    return answer.get("Location", answer.status_code)


def test_a_stations_number_opens_its_sign_and_its_countys_page(client):
    station = StationFactory()
    assert opened(client, station.code) == f"/s/{station.code}"
    client.force_login(county_manager_of(station.county))
    assert opened(client, station.code) == f"/county/stations/{station.code}/"


def test_a_certificates_number_opens_the_register(client):
    number = with_check_digits("3213240007100042")
    assert opened(client, f" {number} ") == f"/r/{number}"


def test_a_picture_of_ours_is_an_address_and_one_of_others_is_nothing(client):
    station = StationFactory()
    assert opened(client, f"{settings.ECOMNET_PUBLIC_URL}/s/{station.code}") == f"/s/{station.code}"
    for elsewhere in ("https://evil.example/s/1", f"{settings.ECOMNET_PUBLIC_URL}.evil.example/", "//evil.example/x"):
        assert opened(client, elsewhere) == 200
    assert opened(client, f"{settings.ECOMNET_PUBLIC_URL}/no/such/page/") == 200


def test_slips_and_payments_open_for_those_who_may_read_them(world, client):
    payment = world.payment()
    slip = payment.receipts.latest("pk")
    page = f"/finance/payments/{payment.pk}/"
    client.force_login(world.user("partner"))
    assert opened(client, slip.number.lower()) == page
    assert opened(client, str(payment.pk)) == page
    client.force_login(world.stranger)
    assert opened(client, slip.number) == 200
    assert opened(client, str(payment.pk)) == 200
    assert opened(client, slip.verify_code) == f"/receipt/{slip.verify_code}/"


def test_the_search_of_every_page_knows_codes_too(client):
    station = StationFactory()
    client.force_login(partner_of(station))
    assert client.post("/people/", {"q": station.code})["Location"] == f"/s/{station.code}"


def test_an_unknown_code_says_so_and_an_empty_one_asks(client):
    assert "ZZZ-UNKNOWN" not in client.post("/scan/", {"q": "ZZZ-UNKNOWN"}).content.decode()
    assert client.get("/scan/").status_code == 200
    assert client.get("/scan/", {"code": "ZZZ"}).status_code == 200
