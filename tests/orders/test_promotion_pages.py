"""Promotions over the API and on pages: prepared, approved, given at the counter, read by bearer and day."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from orders.models import Order, Promotion
from tests.factories.finance import book
from tests.factories.promotions import DAY, prepared, running
from tests.factories.purchases import begun, shop
from tests.factories.stations import (
    StationFactory,
    api_client,
    county,
    county_manager_of,
    division_below,
    finance_officer,
    send,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/promotions/"


@pytest.fixture
def ready():
    return shop(minor=100_00)


def body(ready, **values):
    today = day_in(ready.station.zone, now())
    return {
        "code": "Spring10",
        "name": "Spring",
        "name_zh": "春耕优惠",
        "county": ready.station.county.code,
        "currency": "CNY",
        "kind": "percent",
        "percent_bp": 1_000,
        "needs_coupon": True,
        "budget": "500.00",
        "per_villager_limit": 1,
        "from_date": str(today),
        "to_date": str(today + 30 * DAY),
        "bearers": [{"party": "platform", "share_bp": 4_000}, {"party": "county", "share_bp": 6_000}],
        **values,
    }


def test_a_promotion_goes_its_whole_way_over_the_api(ready):
    manager, officer = api_client(county_manager_of(ready.station.county)), api_client(finance_officer())
    first, again = (manager.post(API, body(ready), "json", headers={"Idempotency-Key": "k" * 16}) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    path = f"{API}{first.json()['id']}/"
    assert (first.json()["status"], first.json()["code"], first.json()["percent_bp"]) == ("prepared", "SPRING10", 1_000)
    assert send(manager, f"{path}approve/").status_code == 403
    assert send(officer, f"{path}approve/").json()["code"] == "promotion_share_not_agreed"
    assert send(officer, f"{path}agree/").status_code == 403
    stranger = api_client(county_manager_of(StationFactory().county))
    assert send(stranger, f"{path}agree/").status_code == 404
    assert send(manager, f"{path}agree/").json()["status"] == "prepared"
    assert send(manager, f"{path}agree/").json()["code"] == "no_share_to_agree_to"
    assert send(officer, f"{path}supplier/", evidence="确认函").json()["code"] == "no_share_to_agree_to"
    assert send(officer, f"{path}approve/").json()["status"] == "approved"
    order = {
        "villager": str(ready.buyer.pk),
        "lines": [{"variant": ready.washer.sku, "quantity": 1}],
        "pay_method": "cash_on_delivery",
    }
    counter = api_client(ready.partner)
    refused = send(counter, "/api/v1/purchases/", **order, coupon="NOBODY").json()
    assert (refused["code"], list(refused["errors"])) == ("coupon_not_valid", ["coupon"])
    made = send(counter, "/api/v1/purchases/", **order, coupon="spring10").json()
    assert (made["goods"], made["discount"], made["total"], made["due"]) == ("100.00", "10.00", "90.00", "90.00")
    assert send(counter, "/api/v1/purchases/", **order, coupon="SPRING10").json()["code"] == "promotion_used_up"
    detail = counter.get(f"/api/v1/purchases/{made['id']}/").json()
    assert [line["discount"] for line in detail["lines"]] == ["10.00"]
    assert [(each["code"], each["amount"]) for each in detail["promotions"]] == [("SPRING10", "10.00")]
    shown = officer.get(path).json()
    assert (shown["used"], shown["left"]) == ("10.00", "490.00")
    assert [(each["party"], each["amount"]) for each in shown["bearers"]] == [("platform", "4.00"), ("county", "6.00")]
    assert send(manager, f"{path}end/", reason="停产").json()["status"] == "ended"
    assert [each["code"] for each in officer.get(f"{API}?status=ended").json()["results"]] == ["SPRING10"]


def test_what_is_sent_wrong_is_refused_and_changes_nothing(ready):
    manager = api_client(county_manager_of(ready.station.county))
    elsewhere = division_below(ready.station.county.parent, "county")
    bearers = [{"party": "platform", "share_bp": 5_000}]
    wrong = [
        (400, body(ready, county=elsewhere.code)),
        (403, body(ready, county=None)),
        (400, body(ready, category="nothing")),
        (400, body(ready, bearers=bearers * 2)),
        (422, body(ready, bearers=bearers)),
        (422, body(ready, kind="amount", amount="10.00")),
        (422, body(ready, kind="bundle", amount="10.00")),
        (400, body(ready, kind="bundle", amount="10.00", articles=[{"variant": "NOTHING", "quantity": 1}])),
    ]
    answers = [send(manager, API, **each).status_code for _status, each in wrong]
    assert answers == [status for status, _each in wrong]
    assert not Promotion.objects.exists()
    assert send(api_client(ready.partner), API, **body(ready)).status_code == 403


def test_strangers_neither_read_nor_decide(ready):
    own = prepared(ready, county=ready.station.county)
    everywhere = prepared(ready, code="EVERYWHERE")
    stranger = api_client(county_manager_of(division_below(ready.station.county.parent, "county")))
    manager = api_client(county_manager_of(ready.station.county))
    answers = {
        stranger: (404, 404),
        manager: (200, 404),
        api_client(ready.partner): (404, 404),
        api_client(finance_officer()): (200, 200),
    }
    for client, expected in answers.items():
        assert tuple(client.get(f"{API}{each.pk}/").status_code for each in (own, everywhere)) == expected
    assert [each["code"] for each in manager.get(API).json()["results"]] == [own.code]


def typed(ready, **values):
    today = day_in(ready.station.zone, now())
    return {
        "key": "typed-once-000001",
        "code": "spring10",
        "name": "Spring",
        "name_zh": "春耕优惠",
        "division": ready.station.county.code,
        "kind": "percent",
        "percent": "12.5",
        "audience": "retail",
        "budget": "1,000",
        "from_date": str(today),
        "last_day": str(today),
        "platform": "60",
        "county_share": "40",
        **values,
    }


def test_a_manager_prepares_one_on_a_page_and_an_officer_approves_it(ready, client):
    client.force_login(county_manager_of(ready.station.county))
    page = reverse("promotions:new")
    refused = client.post(page, typed(ready, percent="95"))
    assert refused.status_code == 422
    assert "百分比大于 0，最多 90。" in refused.content.decode()
    assert 'value="春耕优惠"' in refused.content.decode()
    assert client.post(page, typed(ready, key="typed-once-000003", last_day="9999-12-31")).status_code == 422
    client.post(page, typed(ready, key="typed-once-000002"))
    made = Promotion.objects.get()
    assert (made.code, made.value, made.budget_minor, made.division) == (
        "SPRING10",
        1_250,
        1_000_00,
        ready.station.county,
    )
    assert {(each.party, each.share_bp) for each in made.bearers.all()} == {("platform", 6_000), ("county", 4_000)}
    own = reverse("promotions:promotion", args=[made.pk])
    assert "批准活动" not in client.get(own).content.decode()
    assert client.post(f"{own}agree/", {"key": "agree-once-000001"}).status_code == 303
    client.force_login(finance_officer())
    assert "批准活动" in client.get(own).content.decode()
    client.post(reverse("promotions:promotion-approve", args=[made.pk]), {"key": "approve-once-0001"})
    begun(ready)
    shown = client.get(own).content.decode()
    assert [words in shown for words in ("¥12.50", "¥987.50", "¥7.50", "¥5.00")] == [True] * 4


def test_a_manager_prepares_none_for_every_county(ready, client):
    client.force_login(county_manager_of(ready.station.county))
    refused = client.post(reverse("promotions:new"), typed(ready, division="", platform="100", county_share=""))
    assert (refused.status_code, Promotion.objects.exists()) == (422, False)


def test_an_officer_of_several_countries_prepares_in_the_money_of_the_one_that_is_chosen(ready, client):
    abroad = StationFactory(county=county(country="KW", code="051600000000"), zone="Asia/Kuwait", currency="KWD")
    book("KW", "Asia/Kuwait")
    client.force_login(finance_officer())
    page = reverse("promotions:new")
    home = client.get(page).context["form"]
    assert (home.currency, set(home.counties)) == ("CNY", {ready.station.county.code})
    values = {"division": abroad.county.code, "budget": "1.250", "platform": "100", "county_share": ""}
    client.post(f"{page}?country=KW", typed(ready, **values))
    made = Promotion.objects.get()
    assert (made.division, made.currency, made.budget_minor) == (abroad.county, "KWD", 1_250)


def test_a_set_is_typed_line_by_line_and_a_faulty_line_is_named(ready, client):
    client.force_login(finance_officer())
    page = reverse("promotions:new")
    values = {"kind": "bundle", "percent": "", "amount": "5", "division": "", "platform": "100", "county_share": ""}
    refused = client.post(page, typed(ready, **values, articles="NOTHING 2"))
    assert "NOTHING 2" in refused.content.decode()
    client.post(page, typed(ready, **{**values, "key": "set-once-00000001"}, articles=f"{ready.washer.sku} 2\r\n"))
    made = Promotion.objects.get()
    assert (made.value, made.division, [each.quantity for each in made.articles.all()]) == (5_00, None, [2])


def test_the_counter_shows_what_is_saved_before_anybody_is_asked_and_why_a_coupon_is_refused(ready, client):
    running(ready, code="ALWAYS", value=500)
    running(ready, value=1_000, needs_coupon=True)
    client.force_login(ready.partner)
    cart = f"{reverse('purchases:new')}?person={ready.buyer.pk}&n-{ready.washer.sku}=1"
    with_coupon = client.get(f"{cart}&coupon=spring10").content.decode()
    assert [words in with_coupon for words in ("-¥5.00", "-¥9.50", "¥85.50")] == [True] * 3
    refused = client.get(f"{cart}&coupon=NOBODY").content.decode()
    assert "这个优惠码" in refused
    assert 'value="NOBODY"' in refused
    assert "¥95.00" in refused
    pressed = {"key": "order-once-000001", "pay_method": "station_cash", "kind": "sms_code"}
    client.post(f"{cart}&coupon=spring10", pressed)
    order = Order.objects.get()
    assert (order.total_minor, order.status) == (85_50, "awaiting_consent")
    for name in ("purchases:purchase", "purchases:slip"):
        shown = client.get(reverse(name, args=[order.pk])).content.decode()
        assert [words in shown for words in ("-¥5.00", "-¥9.50", "¥85.50")] == [True] * 3


def test_the_list_has_its_sum_its_search_and_its_file(ready, client, django_assert_max_num_queries):
    given = running(ready, value=1_000, county=ready.station.county)
    begun(ready)
    for number in range(3):
        prepared(ready, code=f"MORE{number}", county=ready.station.county)
    client.force_login(county_manager_of(ready.station.county))
    page = reverse("promotions:promotions")
    with django_assert_max_num_queries(14):
        shown = client.get(page).content.decode()
    assert ("SPRING10" in shown, "MORE2" in shown, "¥10.00" in shown) == (True, True, True)
    found = client.get(f"{page}?q=spring&state=running").content.decode()
    assert ("SPRING10" in found, "MORE2" in found) == (True, False)
    file = b"".join(client.get(f"{page}?csv").streaming_content).decode()
    assert given.code in file
