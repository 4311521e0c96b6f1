"""Orders over the API and on pages: from the first article to the hand-over, and what is out of reach."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from logistics.parcels.services import receive_at_station
from orders.models import Fulfilment, Order
from orders.purchases.services import note_available, request_consent, sign_consent
from stations.people.models import ResidentCard
from tests.factories.goods import price, product, variant
from tests.factories.parcels import code_of as pickup_code_of
from tests.factories.people import resident
from tests.factories.purchases import asked, at_station, begun, code_of, paid_in_advance, parcel_of, placed, shop
from tests.factories.refunds import photo_by
from tests.factories.stations import StationFactory, api_client, county, division_below, partner_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    return shop()


def test_an_order_goes_its_whole_way_over_the_api(ready):
    counter, warehouse = api_client(ready.partner), api_client(ready.clerk)
    body = {
        "villager": str(ready.buyer.pk),
        "lines": [{"variant": ready.washer.sku, "quantity": 1}],
        "pay_method": "cash_on_delivery",
    }
    first, again = (
        counter.post("/api/v1/purchases/", body, "json", headers={"Idempotency-Key": "k" * 16}) for _ in range(2)
    )
    assert (first.status_code, first.json()) == (201, again.json())
    path = f"/api/v1/purchases/{first.json()['id']}/"
    assert send(counter, f"{path}request-consent/", kind="sms_code").json()["status"] == "awaiting_consent"
    order = Order.objects.get()
    code = code_of(order)
    wrong = send(counter, f"{path}give-consent/", code="000000" if code != "000000" else "111111")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["params"]["tries_left"]) == (422, "code_wrong", 4)
    assert send(counter, f"{path}give-consent/", code=code).json()["payment_status"] == "cash_due"
    part = Fulfilment.objects.get()
    for verb, more in (("pick", {}), ("pack", {"weight_g": 42_000}), ("dispatch", {})):
        answer = send(warehouse, f"/api/v1/fulfilments/{part.pk}/{verb}/", **more)
        assert answer.status_code == 200, answer.json()
    part.refresh_from_db()
    receive_at_station(parcel=parcel_of(part), by=ready.partner, at=now())
    note_available(fulfilment=part, at=now())
    handed = {"parcel": part.parcel_number, "code": pickup_code_of(parcel_of(part)), "cash_given": "1300.00"}
    handed["proxy_name"] = "李四"
    done = send(counter, "/api/v1/purchases/hand-over/", **handed).json()
    assert (done["payment_status"], done["fulfilment_status"], done["due"]) == ("paid", "delivered", "0.00")
    detail = counter.get(path).json()
    assert [line["quantity_delivered"] for line in detail["lines"]] == [1]
    assert detail["fulfilments"][0]["status"] == "delivered"
    assert parcel_of(part).codes.get().proxy_name == "李四"
    [paid] = detail["payments"]
    assert (paid["total"], paid["refunded"]) == ("1200.00", "0.00")
    slips = counter.get(f"/api/v1/payments/{paid['our_ref']}/receipt/").json()["results"]
    assert [slip["kind"] for slip in slips] == ["final"]


def test_who_is_elsewhere_finds_nothing_and_a_colleague_without_the_verb_is_refused(ready):
    order = placed(ready)
    stranger = api_client(partner_of(StationFactory(village=division_below(county()))))
    path = f"/api/v1/purchases/{order.pk}/"
    assert stranger.get(path).status_code == 404
    assert send(stranger, f"{path}cancel/", reason="x").status_code == 404
    assert send(api_client(ready.clerk), f"{path}cancel/", reason="x").status_code == 403
    assert send(api_client(ready.partner), f"/api/v1/fulfilments/{order.fulfilments.get().pk}/pick/").status_code == 403
    order.refresh_from_db()
    assert order.status == "placed"


def test_at_the_counter_an_article_is_found_ordered_agreed_and_handed_over(client, ready):
    client.force_login(ready.partner)
    page = f"{reverse('purchases:new')}?person={ready.buyer.pk}&n-{ready.washer.sku}=1"
    found = client.get(f"{page}&q=xiyiji").content.decode()
    assert f"n-{ready.washer.sku}=2" in found  # one press adds one more
    body = {"pay_method": "cash_on_delivery", "kind": "sms_code", "key": "k" * 16}
    first, again = (client.post(page, body) for _ in range(2))
    order = Order.objects.get()
    assert first.url == again.url == reverse("purchases:purchase", args=[order.pk])
    code = code_of(order)
    assert code not in client.get(first.url).content.decode()
    client.post(reverse("purchases:purchase-agree", args=[order.pk]), {"code": code, "key": "a" * 16})
    part = at_station(ready, Order.objects.get())
    assert (
        reverse("purchases:purchase", args=[order.pk])
        in client.get(reverse("purchases:purchases") + "?state=collect").content.decode()
    )
    hand_over = reverse("purchases:purchase-hand-over", args=[order.pk])
    typed = {"code": pickup_code_of(parcel_of(part)), "cash_given": "1200", "key": "h" * 16}
    for _ in range(2):
        assert client.post(hand_over, typed).status_code == 303
    order.refresh_from_db()
    assert (order.payment_status, order.fulfilment_status) == ("paid", "delivered")
    sold = client.get(reverse("purchases:purchases")).context["sold"]
    assert (len(sold.labels), sold.values[-1], sold.rows[-1][0]) == (12, 1200.0, "1")
    assert client.get(reverse("purchases:new") + f"?person={ready.buyer.pk}").content.decode().count(ready.washer.sku)


def test_of_many_articles_that_are_found_the_counter_shows_the_first_and_says_so(client, ready):
    rice = product()
    for number in range(13):
        variant(rice, sku=f"R-{number:02}")
    client.force_login(ready.partner)
    page = client.get(reverse("purchases:new"), {"q": "dami"})
    assert [each["variant"].sku for each in page.context["found"]] == [f"R-{number:02}" for number in range(12)]
    assert "只显示前 12 种" in page.content.decode()


def without_a_phone(ready):
    """A parcel of somebody who has no phone and has paid in advance; the witness of the hand-over."""
    witness = resident("李四", ready.station)
    order = begun(ready, walk_in_name="赵六", pay_method="station_cash")
    request_consent(order=order, kind="printed_slip", by=ready.partner, at=now())
    order = sign_consent(order=order, witness=witness, by=ready.partner, at=now())
    return at_station(ready, paid_in_advance(ready, order)), witness


def test_a_buyer_without_a_phone_collects_over_the_api_with_identity_document_witness_and_photo(ready):
    part, witness = without_a_phone(ready)
    counter, path = api_client(ready.partner), "/api/v1/purchases/hand-over/"
    seen = {"parcel": part.parcel_number, "witness": str(witness.pk)}
    assert send(counter, path, parcel=part.parcel_number).status_code == 400
    assert send(counter, path, **seen, proxy_name="李四").status_code == 400
    refused = send(counter, path, **seen)
    assert (refused.status_code, refused.json()["code"]) == (422, "id_check_incomplete")
    done = send(counter, path, **seen, photo=str(photo_by(ready.partner).pk))
    assert (done.status_code, done.json()["fulfilment_status"]) == (200, "delivered")
    assert (parcel_of(part).proof, parcel_of(part).witness) == ("id_check", witness)


def test_a_buyer_without_a_phone_collects_at_the_counter(client, ready):
    part, witness = without_a_phone(ready)
    client.force_login(ready.partner)
    card = ResidentCard.objects.create(person=witness, code="K7P2QXM", issued_at=now()).code
    path = reverse("purchases:purchase-hand-over-seen", args=[part.order_id])
    assert path in client.get(reverse("purchases:purchase", args=[part.order_id])).content.decode()
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "JPEG")
    photo = SimpleUploadedFile("photo.jpg", drawn.getvalue(), "image/jpeg")
    assert client.post(path, {"witness_card": card, "photo": photo, "key": "s" * 16}).status_code == 303
    part.refresh_from_db()
    assert (part.status, parcel_of(part).proof) == ("delivered", "id_check")


@pytest.mark.parametrize("typed", ["9" * 5_000, "-1", "0", "²", "1e3"])
def test_a_quantity_that_is_none_is_left_out_of_the_page(client, ready, typed):
    client.force_login(ready.partner)
    page = client.get(reverse("purchases:new"), {f"n-{ready.washer.sku}": typed})
    assert (page.status_code, page.context["lines"]) == (200, [])


def test_an_order_that_costs_nothing_or_more_than_any_order_is_refused(ready):
    body = {
        "villager": str(ready.buyer.pk),
        "lines": [{"variant": ready.washer.sku, "quantity": 10**12}],
        "pay_method": "station_cash",
    }
    answer = send(api_client(ready.partner), "/api/v1/purchases/", **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "amount_impossible")
    crumbs = variant(unit="gram")
    price(crumbs, 40)
    body["lines"] = [{"variant": crumbs.sku, "quantity": 1}]
    answer = send(api_client(ready.partner), "/api/v1/purchases/", **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "amount_impossible")


def test_without_an_article_nothing_is_ordered_and_the_page_says_so(client, ready):
    client.force_login(ready.partner)
    body = {"pay_method": "cash_on_delivery", "walk_in_name": "赵六", "key": "k" * 16}
    answer = client.post(reverse("purchases:new"), body)
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    order = asked(ready)
    slip = client.get(reverse("purchases:slip", args=[order.pk]))
    assert order.number in slip.content.decode()
