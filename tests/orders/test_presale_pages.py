"""Presales over the API and on pages: opened, ordered, allotted, delivered, handed over, and what is out of reach."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from orders.models import PresaleCycle, PresaleOrder
from orders.presales import services
from orders.presales.console import CONSOLE
from orders.presales.services.steps import decline_until
from orders.stock.models import Warehouse
from tests.factories.finance import payer_at
from tests.factories.presales import BOX_G, DAY, allotted, boxes_of, fair, opened, ordered, promised, settled
from tests.factories.stations import StationFactory, api_client, partner_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    return fair()


def rows(client, kind, **query):
    return client.get(f"/api/v1/{kind}/", query).json()["results"]


def test_a_presale_goes_its_whole_way_over_the_api(ready):
    scale, office, manager = (api_client(user) for user in (ready.partner, ready.clerk, ready.manager))
    stranger, at = api_client(partner_of(StationFactory())), now()
    ends = at + 3 * DAY
    body = {
        "station": ready.centre.code,
        "crop": "fuji",
        "grade": "1",
        "notices": [str(promised(ready, 10 * BOX_G).pk)],
        "box_g": BOX_G,
        "price": "39.00",
        "closes_at": ends.isoformat(),
        "delivery_date": (day_in(ready.centre.zone, ends) + 2 * DAY).isoformat(),
    }
    assert send(scale, "/api/v1/presales/", **body).status_code == 403
    assert send(office, "/api/v1/presales/", **body).json()["most"] == 10
    again = send(office, "/api/v1/presales/", **body)
    assert (again.status_code, again.json()["code"]) == (409, "harvest_unfit")
    presale = PresaleCycle.objects.get()
    order = {"presale": str(presale.pk), "villager": str(payer_at(ready).pk), "boxes": 8, "amount": "312.00"}
    wrong = send(scale, "/api/v1/presale-orders/", **{**order, "amount": "311.00"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "quote_changed")
    first, twice = (
        scale.post("/api/v1/presale-orders/", order, "json", headers={"Idempotency-Key": "k" * 16}) for _ in range(2)
    )
    assert (first.status_code, first.json(), PresaleOrder.objects.count()) == (201, twice.json(), 1)
    full = send(scale, "/api/v1/presale-orders/", **{**order, "boxes": 3, "amount": "117.00"})
    assert (full.status_code, full.json()["code"]) == (409, "presale_full")
    assert send(stranger, "/api/v1/presale-orders/", **order).json()["code"] in ("presale_closed", "buyer_unknown")
    one = f"/api/v1/presale-orders/{first.json()['id']}/"
    assert [stranger.get(one).status_code, scale.get(one).status_code] == [404, 200]
    assert send(office, f"{one}hand-over/").status_code == 403
    path = f"/api/v1/presales/{presale.pk}/"
    early = send(office, f"{path}allot/", lot=str(boxes_of(ready, 6).pk), boxes=6)
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    services.close_presale(presale=presale, at=ends)
    lot = boxes_of(ready, 6)
    done = send(office, f"{path}allot/", lot=str(lot.pk), boxes=6).json()
    assert (done["status"], done["available"]) == ("allotted", 6)
    settled(presale, at=now())
    waits = send(office, f"{path}deliver/")
    assert (waits.status_code, waits.json()["code"]) == (409, "decline_hours_open")
    assert send(scale, f"{one}cancel/").json()["status"] == "declined"
    assert send(manager, f"{path}cancel/", reason="没人要了").json()["status"] == "cancelled"
    assert [each["status"] for each in rows(office, "presales", status="cancelled")] == ["cancelled"]
    assert [each["returned"] for each in rows(scale, "presale-orders", presale=str(presale.pk))] == ["312.00"]
    assert {"open", "allotted", "cancelled"} <= {each["new"] for each in office.get(path).json()["history"]}


def test_on_pages_boxes_are_offered_ordered_allotted_delivered_and_handed_over(ready, client):
    at = now()
    notice = promised(ready, 10 * BOX_G)
    client.force_login(ready.clerk)
    new = reverse("presales:new")
    typed = {
        "warehouse": Warehouse.objects.get(station=ready.centre).pk,
        "grade": ready.first.pk,
        "notices": [str(notice.pk)],
        "box_g": "5",
        "price": "39",
        "closes_day": (day_in(ready.centre.zone, at) + 3 * DAY).isoformat(),
        "closes_clock": "18:00",
        "delivery_date": (day_in(ready.centre.zone, at) + 2 * DAY).isoformat(),
        "key": "k" * 16,
    }
    assert client.get(new).status_code == 200
    refused = client.post(new, typed)
    assert (refused.status_code, 'value="39"' in refused.content.decode()) == (422, True)
    later = (day_in(ready.centre.zone, at) + 6 * DAY).isoformat()
    assert client.post(new, {**typed, "delivery_date": later, "key": "l" * 16}, follow=True).status_code == 200
    presale, villager = PresaleCycle.objects.get(), payer_at(ready)
    client.force_login(ready.partner)
    counter = reverse("presales:new_order")
    assert str(presale.pk) in client.get(f"{counter}?person={villager.pk}").content.decode()
    asked = f"{counter}?person={villager.pk}&presale={presale.pk}&boxes=4"
    assert "156.00" in client.get(asked).content.decode()
    assert client.get(f"{counter}?person={villager.pk}&presale=none").status_code == 404
    sent = {"shown": "156.00", "cash_given": "200", "key": "m" * 16}
    page = client.post(asked, sent, follow=True)
    order = PresaleOrder.objects.get()
    assert (page.status_code, order.boxes, villager.full_name in page.content.decode()) == (200, 4, True)
    allotted(ready, presale, 4)
    services.deliver_presale(presale=presale, by=ready.clerk, at=presale.closes_at)
    hand = reverse("presales:order-hand-over", args=[order.pk])
    assert client.post(hand, {"key": "n" * 16}, follow=True).status_code == 200
    order.refresh_from_db()
    assert order.status == "handed_over"
    assert client.get(reverse("presales:orders")).status_code == 200
    client.force_login(ready.manager)
    assert presale.number in client.get(reverse("presales:presale", args=[presale.pk])).content.decode()
    assert client.get(reverse("presales:presales")).status_code == 200
    client.force_login(partner_of(StationFactory()))
    assert client.get(reverse("presales:order", args=[order.pk])).status_code == 404


def test_a_home_counts_what_is_to_be_allotted_delivered_and_handed_over(ready):
    needs = {need.name: need for need in CONSOLE.needs}

    def waits(name, user, at):
        return needs[name].rows(user=user, at=at).count()

    presale = opened(ready)
    ordered(ready, presale, 10)
    ends = presale.closes_at
    assert waits("presales.allot", ready.clerk, ends) == 0
    services.close_presale(presale=presale, at=ends)
    assert waits("presales.allot", ready.clerk, ends) == 1
    services.allot_presale(presale=presale, lot=boxes_of(ready, 9, at=ends), boxes=9, by=ready.clerk, at=ends)
    settled(presale, at=ends)
    assert [waits("presales.deliver", ready.clerk, ends + since) for since in (DAY - dt.timedelta(seconds=1), DAY)] == [
        0,
        1,
    ]
    presale.refresh_from_db()
    services.deliver_presale(presale=presale, by=ready.clerk, at=decline_until(presale))
    assert waits("presales.hand_over", ready.partner, ends + DAY) == 1
    assert waits("presales.hand_over", partner_of(StationFactory()), ends + DAY) == 0
