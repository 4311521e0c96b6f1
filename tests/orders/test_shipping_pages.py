"""Parcels to the city over the API and on their pages."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils.timezone import now
from rest_framework.test import APIClient

from logistics.models import Parcel
from orders.models import Shipment, ShippingRegion
from orders.shipping.services import note_delivered
from orders.subsidies.services import accrue_subsidy
from tests.factories.shipping import accepted, at_centre, counter, handed_on, in_trouble, programme, tariff
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    division_below,
    partner_of,
    platform_admin,
    send,
)
from tests.factories.stations import county as county_far

pytestmark = pytest.mark.django_db
SENT = {
    "sender_name": "王秀英",
    "sender_phone": "+8613800138000",
    "receiver_name": "王小明",
    "receiver_phone": "+8613900139000",
    "region": "上海市",
    "street": "张江路100号",
    "weight_g": 1_800,
}


@pytest.fixture
def ready():
    return counter()


def test_a_parcel_goes_its_whole_way_over_the_api(ready):
    at_counter, office, county = api_client(ready.partner), api_client(ready.clerk), api_client(ready.manager)
    quoted = send(at_counter, "/api/v1/shipment-quotes/", region="上海市", weight_g=1_800).json()
    assert (quoted["price"], quoted["up_to_g"], quoted["carrier"]) == ("10.00", 2_000, "express")
    other = send(at_counter, "/api/v1/shipments/", **SENT, price="9.00")
    assert (other.status_code, other.json()["code"]) == (409, "quote_changed")
    made = send(at_counter, "/api/v1/shipments/", **SENT, price="10.00", cash_given="20.00", declared="50.00")
    assert (made.status_code, made.json()["limit"], made.json()["sender_name"]) == (201, "50.00", "王*英")
    shipment = Shipment.objects.get()
    path = f"/api/v1/shipments/{shipment.pk}/"
    assert send(office, f"{path}hand-on/").json()["code"] == "not_at_centre"
    at_centre(ready, shipment)
    assert send(office, f"{path}hand-on/", carrier_number="YT75").json()["status"] == "handed_on"
    scan = f"/api/v1/parcels/{shipment.number}/carrier-scan/"
    assert send(office, scan, word="on_the_way", note="南京").json()["carrier_number"] == "YT75"
    assert send(office, scan, word="delivered").json()["status"] == "delivered"
    note_delivered(shipment=shipment, at=now())
    in_trouble(ready, shipment, "damaged")
    paid = send(county, f"{path}compensate/", amount="20.00", reason="碗碎了").json()
    assert (paid["compensated"], paid["status"]) == ("20.00", "delivered")
    assert [row["number"] for row in at_counter.get("/api/v1/shipments/?status=delivered").json()["results"]] == [
        shipment.number
    ]
    track = APIClient().get(f"/api/v1/tracks/{shipment.number}/?phone_tail=9000").json()
    assert [step["status"] for step in track["steps"]][-1] == "delivered"


def test_who_is_elsewhere_finds_nothing_and_a_colleague_without_the_verb_is_refused(ready):
    shipment = accepted(ready)
    path = f"/api/v1/shipments/{shipment.pk}/"
    stranger = api_client(partner_of(StationFactory(village=division_below(county_far()))))
    assert (stranger.get(path).status_code, send(stranger, f"{path}cancel/").status_code) == (404, 404)
    assert send(api_client(ready.clerk), f"{path}cancel/").status_code == 403
    assert send(api_client(ready.partner), f"{path}hand-on/").status_code == 403
    assert send(api_client(ready.partner), f"{path}cancel/").json()["refunded"] == "10.00"


def test_at_the_counter_a_parcel_is_weighed_paid_and_taken_back(client, ready):
    client.force_login(ready.partner)
    new = reverse("shipping:new")
    assert "上海市" in client.get(new).content.decode()
    assert client.get(f"{new}?region=上海市&weight_g=99999").status_code == 200
    address = f"{new}?person={ready.sender.pk}&region=上海市&weight_g=1800"
    shown = client.get(address).context["form"]
    assert "10.00" in client.get(address).content.decode()
    typed = {
        "sender_name": "王秀英",
        "sender_phone": "",
        "receiver_name": "王小明",
        "receiver_phone": "13900139000",
        "street": "张江路100号",
        "declared": "",
        "cash_given": "20",
        "shown": shown.initial["shown"],
        "key": "k" * 16,
    }
    assert client.post(address, {**typed, "street": ""}).status_code == 422
    first, again = (client.post(address, {**typed, "key": "n" * 16}) for _ in range(2))
    shipment = Shipment.objects.get()
    assert first.url == again.url == reverse("shipping:shipment", args=[shipment.pk])
    label = client.get(reverse("parcels:label", args=[shipment.parcel_id])).content.decode()
    assert all(words in label for words in ("上海市 张江路100号", shipment.number, "王小明"))
    assert shipment.number in client.get(reverse("shipping:shipments")).content.decode()
    cancel = reverse("shipping:shipment-cancel", args=[shipment.pk])
    assert client.post(cancel, {"key": "c" * 16}).status_code == 303
    assert Parcel.objects.get().status == "cancelled"
    assert client.get(first.url).status_code == 200


def test_the_administration_keeps_regions_in_zones_of_their_tariff(client, ready):
    region, other = ShippingRegion.objects.first(), tariff(division=ready.station.county)
    client.force_login(platform_admin(UserFactory(is_staff=True)))
    page = reverse("admin:orders_shippingregion_change", args=[region.pk])
    typed = {"tariff": region.tariff_id, "zone": region.zone_id, "name": "上海市"}
    refused = client.post(page, {**typed, "zone": other.zones.all()[0].pk})
    assert "zone" in refused.context["adminform"].form.errors
    assert client.post(page, {**typed, "name": "浙江省"}).status_code == 302


@pytest.mark.parametrize(
    "bad",
    [
        {"weight_g": "0"},
        {"weight_g": "9" * 30},
        {"weight_g": "a"},
        {"region": "火星"},
        {"person": "nobody", "weight_g": "1800"},
    ],
)
def test_what_is_typed_badly_about_a_parcel_is_no_error_of_ours(client, ready, bad):
    client.force_login(ready.partner)
    address = f"{reverse('shipping:new')}?{urlencode({'region': '上海市', 'weight_g': '1800', **bad})}"
    assert client.get(address).status_code == (404 if "person" in bad else 200)
    assert client.post(address, {"shown": "x", "key": "k" * 16}).status_code in {200, 404, 422}
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"weight_g": 0}, 400),
        ({"weight_g": 10**30}, 400),
        ({"region": "火星"}, 422),
        ({"declared": "9" * 30}, 400),
        ({"street": " "}, 400),
        ({"price": "10.001"}, 400),
    ],
)
def test_the_api_refuses_what_makes_no_parcel(ready, bad, status):
    answer = send(api_client(ready.partner), "/api/v1/shipments/", **{**SENT, **bad})
    assert (answer.status_code, Shipment.objects.exists()) == (status, False)


def test_the_county_sees_what_its_programme_gave_and_has_left(client, ready):
    programme(ready, budget=1_00)
    shipment = handed_on(ready)
    accrue_subsidy(parcel=Parcel.objects.get(pk=shipment.parcel_id), at=now())
    client.force_login(ready.manager)
    page = client.get(reverse("subsidies:subsidies")).content.decode()
    assert shipment.number in page
    row = api_client(ready.manager).get("/api/v1/subsidy-programmes/").json()["results"][0]
    assert (row["used"], row["left"], row["funded"], row["unfunded"]) == ("1.00", "0.00", 1, 0)
    assert api_client(ready.partner).get("/api/v1/subsidy-programmes/").json()["results"] == []
    client.force_login(ready.partner)
    assert shipment.number in client.get(reverse("subsidies:subsidies")).content.decode()
