"""Goods that suppliers keep on pages and over the API, and what happens when several say something at once."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from orders.models import Fulfilment, Order
from orders.purchases.services import cancel_purchase, confirm_fulfilment, lapse_fulfilment
from tests.factories.purchases import Item, shop
from tests.factories.stations import StationFactory, api_client, county, county_clerk_of, division_below, send
from tests.factories.supplies import fridge, ordered
from tests.races import together


@pytest.mark.django_db
def test_the_clerk_finds_what_is_to_be_confirmed_confirms_fewer_and_receives_it_on_pages(client):
    ready = shop()
    order, part = ordered(ready, fridge(minor=100_00), 3, Item(ready.washer, 1))
    client.force_login(ready.clerk)
    queue = reverse("purchases:warehouse") + "?state=confirm"
    page = reverse("purchases:part", args=[part.pk])
    assert page in client.get(queue).content.decode()
    assert page in client.get(reverse("purchases:warehouse") + "?state=confirm").content.decode()
    assert page not in client.get(reverse("purchases:warehouse") + "?state=pick").content.decode()
    assert page in client.get(f"{queue}&q=冷柜").content.decode()
    assert page not in client.get(f"{queue}&q=米厂").content.decode()
    shown = client.get(page).content.decode()
    assert part.supplier.name_zh in shown
    confirm = reverse("purchases:part-confirm", args=[part.pk])
    assert confirm in shown
    assert reverse("purchases:part-pick", args=[part.pk]) not in shown
    field = f"confirmed_{part.lines.get().order_line_id}"
    too_much = client.post(confirm, {field: "4", "key": "m" * 16})
    assert too_much.status_code != 303
    for _ in range(2):
        assert client.post(confirm, {field: "2", "key": "c" * 16}).status_code == 303
    assert page in client.get(reverse("purchases:warehouse") + "?state=arrive").content.decode()
    assert client.post(reverse("purchases:part-ship", args=[part.pk]), {"key": "s" * 16}).status_code == 303
    assert client.post(reverse("purchases:part-receive", args=[part.pk]), {"key": "r" * 16}).status_code == 303
    part.refresh_from_db()
    assert (part.status, part.lines.get().quantity) == ("picked", 2)
    assert part.supplier.name_zh in client.get(reverse("purchases:purchase", args=[order.pk])).content.decode()


@pytest.mark.django_db
def test_over_the_api_a_part_is_confirmed_by_article_or_refused_with_a_reason_by_its_own_county_only():
    ready = shop()
    article = fridge(minor=100_00)
    _order, part = ordered(ready, article, 3)
    clerk, path = api_client(ready.clerk), f"/api/v1/fulfilments/{part.pk}/"
    stranger = api_client(county_clerk_of(StationFactory(village=division_below(county())).county))
    assert send(stranger, f"{path}confirm/").status_code == 404
    assert send(api_client(ready.partner), f"{path}confirm/").status_code == 403
    other = send(clerk, f"{path}confirm/", lines=[{"sku": ready.washer.sku, "quantity": 1}])
    assert (other.status_code, other.json()["code"]) == (422, "not_of_these_goods")
    none = send(clerk, f"{path}confirm/", lines=[{"sku": article.sku, "quantity": 0}])
    assert (none.status_code, none.json()["code"]) == (422, "nothing_confirmed")
    done = send(clerk, f"{path}confirm/", lines=[{"sku": article.sku, "quantity": 2}]).json()
    assert (done["status"], done["supplier"], done["cash_due"]) == ("allocated", "cold", "200.00")
    assert send(clerk, f"{path}ship/").json()["shipped_at"] is not None
    assert send(clerk, f"{path}refuse/", reason="运不来").json()["status"] == "cancelled"
    assert send(clerk, f"{path}receive/").json()["code"] == "wrong_state"
    [line] = clerk.get(f"/api/v1/purchases/{part.order_id}/").json()["lines"]
    assert (line["supply"], line["quantity_cancelled"]) == ("on_demand", 3)
    found = clerk.get("/api/v1/variants/", {"q": article.sku, "station": ready.station.code}).json()["results"]
    assert [(each["supply"], each["available"]) for each in found] in ([("on_demand", None)], [])


@pytest.mark.usefixtures("own_database")
def test_of_a_clerk_a_buyer_and_the_clock_at_once_one_decides():
    ready = shop()
    article = fridge(minor=100_00)
    for _ in range(4):
        order, part = ordered(ready, article)
        late = part.confirm_by_at
        together(
            lambda part=part: confirm_fulfilment(fulfilment=part, by=ready.clerk, at=now()).status,
            lambda part=part, late=late: lapse_fulfilment(fulfilment=part, at=late).status,
            lambda order=order: cancel_purchase(order=order, reason="不要了", by=ready.partner, at=now()).status,
        )
    for order in Order.objects.all():
        part = Fulfilment.objects.get(order=order)
        assert (order.status, part.status) in {("placed", "allocated"), ("cancelled", "cancelled")}
        assert order.cancelled_minor == (order.total_minor if order.status == "cancelled" else 0)
