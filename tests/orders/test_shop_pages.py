"""Shops as buyers in the city, stations and counties see them, and over the API."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from core.models import RequestKey
from orders.models import Shop, ShopArticle, ShopCheckout, ShopOrder
from orders.shops import services
from orders.shops.queries import checkout_called, token_of
from stations.models import AccessRead
from tests.factories.payment_links import fresh, gateway_says
from tests.factories.people import resident
from tests.factories.shops import ADDRESS, PHONE, checked_out, neighbour, paid, sent, village
from tests.factories.stations import StationFactory, api_client, county_clerk_of, helper_of, partner_of
from tests.finance.test_recon_pages import browser_of
from tests.stations.test_emergency_reading import standing_in


@pytest.fixture
def ready(db):
    return village()


def photo():
    content = BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG")
    return SimpleUploadedFile("apples.jpg", content.getvalue(), "image/jpeg")


def key_in(page):
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def total_in(page):
    return re.search(r'name="total" value="([^"]+)"', page)[1]


def seen_in(page):
    return re.search(r'name="stock_seen" value="([^"]+)"', page)[1]


def read(visitor, path):
    return unescape(visitor.get(path).content.decode())


def test_a_buyer_without_a_login_buys_from_two_farmers_pays_and_says_that_it_arrived(ready):
    honey = neighbour(ready)
    visitor = Client(headers={"accept-language": "en"})
    page = read(visitor, f"/shop/{ready.shop.ref}/?n-{honey.ref}=1")
    assert f'name="n-{honey.ref}" value="1"' in page
    assert "¥50.42 of it goes to" in page
    assert '"@type":"Store"' in page
    assert '"price":"54.80","priceCurrency":"CNY","availability":"https://schema.org/InStock"' in page
    assert ready.farmer.phone.as_e164 not in page
    basket = f"/shop/basket/?n-{ready.apples.ref}=1&n-{honey.ref}=1"
    page = read(visitor, basket)
    assert "206.80" in page
    typed = {"name": "Wang", "phone": "13700137000", "address": ADDRESS, "key": key_in(page), "total": total_in(page)}
    refused = visitor.post(basket, typed | {"total": "1.00"})
    assert (refused.status_code, "206.80" in refused.content.decode()) == (409, True)
    pressed = [visitor.post(basket, typed | {"key": "p" * 20}) for _ in range(2)]
    checkout = ShopCheckout.objects.get()
    place = f"/shop/order/{token_of(checkout)}/"
    assert [(each.status_code, each["Location"]) for each in pressed] == [(303, place)] * 2
    assert token_of(checkout) not in str(RequestKey.objects.values())
    assert (checkout.buyer_phone.as_e164, checkout.language) == ("+8613700137000", "en")
    assert "being prepared" in read(visitor, place)
    gateway_says(checkout.payment, "succeeded")
    assert "Paid. Thank you." in read(visitor, place)
    order = sent(ready, ShopOrder.objects.get(shop=ready.shop))
    page = read(visitor, place)
    assert "98765432" in page
    other = paid(ready, phone="+8613700137009")[0]
    for chosen, status in ((other.pk, 404), (order.pk, 303)):
        assert visitor.post(place, {"key": key_in(page), "order": chosen}).status_code == status
    assert (fresh(order).status, ready.holds(ready.farmer_key)) == ("delivered", 50_42)
    assert visitor.get(place)["Cache-Control"] == "no-store"


def test_all_addresses_that_one_customer_of_ipv6_has_are_one_network(ready):
    path = f"/shop/basket/?n-{ready.apples.ref}=1"
    for number, address in enumerate(["2001:db8:1:2::1", "2001:db8:1:2:ff::9", "2001:db8:1:3::1"]):
        visitor = Client(REMOTE_ADDR=address)
        page = read(visitor, path)
        typed = {"name": "王小明", "phone": f"1370013700{number}", "address": ADDRESS, "key": key_in(page)}
        assert visitor.post(path, typed | {"total": total_in(page)}).status_code == 303
    first, second, other = (bytes(each.network) for each in ShopCheckout.objects.order_by("pk"))
    assert first == second != other


def test_what_is_not_for_everybody_is_not_found(ready):
    visitor = Client()
    checkout = checked_out(ready)
    token = token_of(checkout)
    for wrong in (token[:8] + "A" * 12, "x" * 20, str(checkout.pk)):
        assert checkout_called(wrong) is None
        assert visitor.get(f"/shop/order/{wrong}/").status_code == 404
    services.pause_shop(shop=ready.shop, by=ready.partner, at=now())
    assert "小店休息中" in read(visitor, f"/shop/{ready.shop.ref}/")
    assert "购物篮是空的" in read(visitor, f"/shop/basket/?n-{ready.apples.ref}=1")
    services.suspend_shop(shop=ready.shop, reason="投诉太多", by=ready.manager, at=now())
    for path in ("", "qr/"):
        assert visitor.get(f"/shop/{ready.shop.ref}/{path}").status_code == 404


def test_the_station_opens_a_shop_with_a_photo_and_packs_by_the_list(ready, client):
    farmer = resident("李四", ready.station, by=ready.partner)
    client.force_login(ready.partner)
    page = read(client, reverse("shops:new") + f"?person={farmer.pk}")
    assert "92 %" in page
    typed = {"name": "Li", "name_zh": "李家", "key": key_in(page)}
    made = client.post(reverse("shops:new") + f"?person={farmer.pk}", typed)
    shop = Shop.objects.get(owner=farmer)
    assert made["Location"] == reverse("shops:shop", args=[shop.pk])
    page = read(client, reverse("shops:new_article", args=[shop.pk]))
    box = {"name": "Honey", "name_zh": "蜂蜜", "price": "128.00", "weight_g": "900", "stock": "4", "key": key_in(page)}
    answer = client.post(reverse("shops:new_article", args=[shop.pk]), box | {"photo": photo()})
    assert answer.status_code == 303
    honey = ShopArticle.objects.get(shop=shop)
    seen = f"/shop/photo/{honey.ref}/{honey.photo_id}/"
    assert Client().get(seen).status_code == 404
    assert client.get(f"/files/{honey.photo_id}/").status_code == 200
    Shop.objects.filter(pk=shop.pk).update(
        status="approved", agreed_at=now(), submitted_by=ready.partner, decided_by=ready.manager
    )
    shown = Client().get(seen)
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/jpeg", "public, max-age=86400, immutable")
    change = reverse("shops:article", args=[honey.pk])
    typed = box | {"stock": "9", "price": "130", "is_offered": "on", "key": key_in(read(client, change))}
    assert client.post(change, typed).status_code == 303
    assert (fresh(honey).stock, fresh(honey).price_minor, fresh(honey).photo_id) == (9, 130_00, honey.photo_id)
    page = read(client, change)
    (order,) = paid(ready, (honey, 2))
    assert client.post(change, typed | {"stock_seen": seen_in(page), "key": key_in(page)}).status_code == 303
    assert fresh(honey).stock == 7
    kept = f"/shop/photo/{honey.ref}/{fresh(honey).photo_id}/"
    ShopArticle.objects.filter(pk=honey.pk).update(is_offered=False)
    assert (Client().get(seen).status_code, Client().get(kept).status_code) == (404, 404)
    page = read(client, reverse("shops:pack_list", args=[shop.pk]))
    assert ADDRESS in page
    assert "蜂蜜 × 2" in page
    assert "小店订单待打包" in read(client, "/")
    client.post(reverse("shops:order-pack", args=[order.pk]), {"key": "k" * 20})
    assert fresh(order).status == "packed"
    assert order.number in read(client, reverse("shops:orders") + "?state=send")


def test_a_buyer_is_read_in_clear_by_those_who_pack_until_the_box_has_left_and_masked_by_everybody_else(ready):
    (order,) = paid(ready)
    helper, clerk, holder = helper_of(ready.station), county_clerk_of(ready.station.county), standing_in(ready.station)
    page, listed = reverse("shops:order", args=[order.pk]), reverse("shops:pack_list", args=[ready.shop.pk])

    def seen(user):
        said = api_client(user).get(f"/api/v1/shop-orders/{order.pk}/").json()
        found = (said["buyer_name"], said["buyer_phone"], said["address"])
        shown = read(browser_of(user), page)
        assert all(words in shown for words in found)
        return found

    assert seen(helper) == ("王小明", PHONE, ADDRESS)
    assert seen(clerk) == ("王*明", "+86 137****7000", "")
    assert (browser_of(helper).get(listed).status_code, browser_of(clerk).get(listed).status_code) == (200, 403)
    assert "pack-list" not in read(browser_of(clerk), reverse("shops:shop", args=[ready.shop.pk]))
    assert not AccessRead.objects.exists()
    assert seen(holder) == ("王小明", PHONE, ADDRESS)
    assert PHONE in read(browser_of(holder), listed)
    rows = AccessRead.objects.filter(user=holder)
    assert [(row.what, row.person, row.post) for row in rows] == [("shop_buyer", None, holder.posts.get())] * 3
    sent(ready, order)
    assert seen(helper) == ("王小明", "+86 137****7000", ADDRESS)


def test_over_the_api_a_shop_is_read_and_kept_by_its_own_station(ready):
    key = {"headers": {"Idempotency-Key": "k" * 16}}
    (order,) = paid(ready)
    partner, stranger = api_client(ready.partner), api_client(partner_of(village_next(ready)))
    path = f"/api/v1/shop-orders/{order.pk}/"
    assert partner.get(path).json()["net"] == "50.42"
    assert stranger.get(path).status_code == 404
    assert api_client(county_clerk_of(ready.station.county)).post(f"{path}pack/", {}, "json", **key).status_code == 403
    assert partner.post(f"{path}pack/", {}, "json", **key).json()["status"] == "packed"
    send = {"courier": "EMS", "tracking_number": "123"}
    assert partner.post(f"{path}send/", send, "json", **key).json()["tracking_number"] == "123"
    shop = f"/api/v1/shops/{ready.shop.pk}/"
    found = partner.get(shop).json()
    assert (found["url"].endswith(f"/shop/{ready.shop.ref}/"), len(found["articles"])) == (True, 1)
    box = {"name": "Pears", "name_zh": "梨", "price": "20.00", "weight_g": 2500, "stock": 3}
    assert partner.post(f"{shop}articles/", box, "json", **key).status_code == 201
    change = f"/api/v1/shop-articles/{ready.apples.pk}/change/"
    for price in ("0.001", "0.00"):
        assert partner.post(change, box | {"price": price}, "json", **key).status_code == 400
    assert partner.post(change, box, "json", headers={"Idempotency-Key": "l" * 16}).json()["price"] == "20.00"
    manager = api_client(ready.manager)
    stop = {"reason": "three buyers got rotten fruit"}
    assert manager.post(f"{shop}suspend/", stop, "json", **key).json()["status"] == "suspended"
    assert manager.post(f"{shop}terminate/", stop, "json", **key).json()["code"] == "shop_has_orders"


def village_next(ready):
    """Another station of the county."""
    return StationFactory(county=ready.station.county)
