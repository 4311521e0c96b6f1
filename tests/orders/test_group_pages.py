"""Group orders over the API and on their pages."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from finance.models import Refund
from orders.groups.services import decide_group_order, settle_pledges
from orders.models import GroupOrder, GroupPledge, Order
from stations.people.masking import mask_name
from tests.factories.groups import DAY, decided, opened, pledged, resident, village
from tests.factories.stations import StationFactory, api_client, division_below, partner_of, send
from tests.factories.stations import county as county_far

pytestmark = pytest.mark.django_db
API = "/api/v1/group-orders/"


@pytest.fixture
def ready():
    return village()


def dates(ready):
    cutoff = now() + 2 * DAY
    return {
        "cutoff_at": cutoff.isoformat(),
        "pickup_date": (day_in(ready.station.zone, cutoff) + 2 * DAY).isoformat(),
    }


def test_a_group_order_goes_its_whole_way_over_the_api(ready):
    at_counter, county = api_client(ready.partner), api_client(ready.manager)
    unknown = send(at_counter, API, variant="none", **dates(ready))
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["variant"])
    soon = send(at_counter, API, variant=ready.washer.sku, **dates(ready) | {"cutoff_at": now().isoformat()})
    assert (soon.status_code, soon.json()["code"]) == (422, "cutoff_not_possible")
    made = send(at_counter, API, variant=ready.washer.sku, max_quantity=12, **dates(ready))
    assert (made.status_code, made.json()["held_price"], made.json()["min_quantity"]) == (201, "48.00", 10)
    path, villager = f"{API}{made.json()['id']}/", resident(ready)
    asked = {"villager": str(villager.pk), "quantity": 3}
    assert send(at_counter, f"{path}pledge/", **asked, amount="1.00").json()["code"] == "quote_changed"
    assert send(at_counter, f"{path}pledge/", **asked | {"villager": str(ready.partner.pk)}).json()["code"] == (
        "buyer_unknown"
    )
    pledge = send(at_counter, f"{path}pledge/", **asked, amount="144.00", cash_given="150.00").json()
    assert (pledge["held"], pledge["villager_name"]) == ("144.00", mask_name(villager.full_name))
    assert send(at_counter, f"{path}pledge/", **asked).json()["code"] == "already_pledged"
    rows = at_counter.get(f"/api/v1/group-pledges/?group={made.json()['id']}&status=held").json()["results"]
    assert [row["id"] for row in rows] == [pledge["id"]]
    left = send(at_counter, f"/api/v1/group-pledges/{pledge['id']}/withdraw/").json()
    assert (left["status"], left["returned"]) == ("withdrawn", "144.00")
    pledged(ready, GroupOrder.objects.get(), 12)
    assert send(at_counter, f"{path}close/").json()["status"] == "closed"
    assert send(county, f"{path}cancel/", reason="供货商停产").json()["status"] == "cancelled"
    detail = county.get(path).json()
    assert ([tier["price"] for tier in detail["tiers"]], len(detail["history"])) == (["48.00", "45.00"], 3)
    assert [row["number"] for row in county.get(f"{API}?status=cancelled").json()["results"]] == [detail["number"]]


def test_who_is_elsewhere_finds_nothing_and_a_colleague_without_the_verb_is_refused(ready):
    group = opened(ready)
    pledge = pledged(ready, group)
    path = f"{API}{group.pk}/"
    stranger = api_client(partner_of(StationFactory(village=division_below(county_far()))))
    assert (stranger.get(path).status_code, send(stranger, f"{path}cancel/", reason="x").status_code) == (404, 404)
    assert send(stranger, f"/api/v1/group-pledges/{pledge.pk}/withdraw/").status_code == 404
    assert stranger.get("/api/v1/group-pledges/").json()["results"] == []
    clerk = api_client(ready.clerk)
    assert (clerk.get(path).status_code, send(clerk, f"{path}cancel/", reason="x").status_code) == (200, 403)
    assert send(api_client(ready.manager), f"{path}close/").status_code == 403


def test_at_the_counter_a_group_order_is_opened_joined_left_and_printed(client, ready):
    client.force_login(ready.partner)
    day = day_in(ready.station.zone, now())
    typed = {
        "variant": ready.washer.sku,
        "cutoff_day": (day + 2 * DAY).isoformat(),
        "cutoff_clock": "18:00",
        "pickup_date": (day + 4 * DAY).isoformat(),
        "max_quantity": "",
        "key": "o" * 16,
    }
    refused = client.post(reverse("groups:new"), {**typed, "pickup_date": day.isoformat(), "key": "p" * 16})
    assert (refused.status_code, refused.context["form"]["cutoff_clock"].value()) == (422, "18:00")
    page = client.post(reverse("groups:new"), typed).url
    group = GroupOrder.objects.get()
    assert page == reverse("groups:group", args=[group.pk])
    villager, join = resident(ready), reverse("groups:join")
    assert ready.washer.title in client.get(f"{join}?person={villager.pk}").content.decode()
    address = f"{join}?person={villager.pk}&group={group.pk}&quantity=2"
    assert "96.00" in client.get(address).content.decode()
    paid = {"shown": "96.00", "cash_given": "100", "key": "j" * 16}
    assert client.post(address, {**paid, "cash_given": "90", "key": "k" * 16}).status_code == 422
    assert client.post(address, paid).url == client.post(address, paid).url == page
    shown = client.get(page).content.decode()
    assert all(words in shown for words in (mask_name(villager.full_name), "<progress", "45.00"))
    assert client.post(address, {**paid, "key": "l" * 16}).status_code == 409
    sheet = client.get(reverse("groups:sheet", args=[group.pk])).content.decode()
    assert all(words in sheet for words in (group.number, mask_name(villager.full_name), "48.00"))
    assert client.get(reverse("groups:qr", args=[group.pk]))["Content-Type"] == "image/svg+xml"
    assert ready.washer.title in client.get(reverse("groups:groups")).content.decode()
    pledge = GroupPledge.objects.get()
    assert reverse("payments:payment", args=[pledge.payment_id]) in shown
    assert pledge.payment.receipts.get().number[-6:] in shown
    leave = reverse("groups:group-withdraw", args=[group.pk])
    assert client.post(leave, {"pledge": str(pledge.pk), "key": "w" * 16}).status_code == 303
    assert Refund.objects.get().amount_minor == 96_00


@pytest.mark.parametrize("bad", ["quantity=0", "quantity=a", f"quantity={'9' * 30}"])
def test_what_is_typed_badly_about_a_pledge_is_no_error_of_ours(client, ready, bad):
    client.force_login(ready.partner)
    group, villager = opened(ready), resident(ready)
    address = f"{reverse('groups:join')}?person={villager.pk}&group={group.pk}&{bad}"
    assert client.get(address).status_code == 200
    assert client.post(address, {"shown": "x", "key": "k" * 16}).status_code in {200, 422}
    assert client.get(f"{reverse('groups:join')}?person=nobody&group=x").status_code == 404
    assert not GroupPledge.objects.exists()


def test_the_page_of_a_confirmed_group_leads_to_its_orders_and_asks_no_more_with_more_pledges(client, ready):
    group = opened(ready)
    pledged(ready, group, 10)
    client.force_login(ready.partner)
    page = reverse("groups:group", args=[group.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for _number in range(3):
        pledged(ready, group, 1)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)
    decided(group)
    assert str(Order.objects.order_by("pk")[0].pk) in client.get(page).content.decode()


def test_a_close_costs_as_many_statements_for_eight_pledges_as_for_two(ready):
    counts = []
    for size in (2, 2, 8):
        group = opened(ready, at=now() - 3 * DAY)
        for _number in range(size):
            pledged(ready, group, 2 if size == 8 else 8, at=now() - DAY)
        with CaptureQueriesContext(connection) as asked:
            decided_at = group.cutoff_at + dt.timedelta(seconds=1)
            decide_group_order(group=group, at=decided_at)
            settle_pledges(group=group, at=decided_at, most=100)
        counts.append(len(asked))
    # The first has also filled what a process remembers.
    assert counts[1] == counts[2]
