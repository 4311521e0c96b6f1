"""Goods that arrived bad: claimed by the buyer, decided by another person, looked at again, given back to the cent."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from core.errors import SamePerson, WrongState
from core.files.services import store_photo
from core.models import Notice, StoredFile
from core.money import Money
from core.notices.services import words_of
from finance import chart
from finance.models import LineHold, PayableLine, Refund
from orders.models import ShopClaim, ShopOrder, ShopPolicy
from orders.returns.services import PhotoNeeded
from orders.shops import services
from orders.shops.console import CONSOLE
from orders.shops.queries import token_of
from orders.shops.services import claiming
from tests.factories.finance import provider, works_with
from tests.factories.payment_links import assert_audited, at_gateway, fresh, gateway_says, run_events, text_of
from tests.factories.shops import checked_out, neighbour, paid, sent, village
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    county_clerk_of,
    county_manager_of,
    partner_of,
)
from tests.finance.test_recon_pages import browser_of
from tests.orders.test_shop_pages import key_in, photo, read
from tests.races import together, wait_until_somebody_waits

SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return village()


def delivered(ready, *wanted, **values):
    (order,) = paid(ready, *(wanted or [(neighbour(ready), 1)]), **values)
    sent(ready, order)
    return services.deliver_shop_order(order=order, by=None, at=now())


def picture(at=None):
    content = BytesIO()
    Image.new("RGB", (40, 30), "brown").save(content, "JPEG")
    content.seek(0)
    return store_photo(upload=content, by=None, at=at or now())


def claimed(order, minor=128_00, **values):
    made = {"order": order, "reason": "spoiled", "words": "坏了一半", "amount": Money(minor, order.currency)}
    return services.raise_claim(**{**made, "photos": [picture()], "at": now(), "key": uuid4().hex, **values})


def county(ready):
    return county_clerk_of(ready.station.county)


def accepted(order, minor, by, bearer="seller"):
    return services.accept_claim(order=order, amount=Money(minor, order.currency), bearer=bearer, by=by, at=now())


def parts(ready, order):
    keys = chart.farmer(order.shop.owner_id), ready.own_key, chart.carrier("ems"), chart.platform("revenue")
    return [ready.holds(key) for key in keys]


def test_half_of_the_goods_comes_back_from_everybody_by_their_part_of_example_c(ready):
    order = delivered(ready)
    claim = claimed(order, 64_00)
    assert LineHold.objects.filter(released_at=None).count() == 3
    assert "64.00" in words_of(Notice.objects.get(template="shop_claim_raised"))
    until = order.claim_until_at
    assert services.complete_shop_orders(at=until) == []
    with pytest.raises(services.ClaimTooMuch):
        accepted(order, 64_01, county(ready))
    assert accepted(order, 64_00, county(ready)) == claim
    with pytest.raises(WrongState):
        accepted(order, 64_00, county(ready))
    assert parts(ready, order) == [58_88, 3_20, 12_00, 1_92]
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.reason, refund.source) == (64_00, "return", "online")
    assert not LineHold.objects.filter(released_at=None).exists()
    assert "64.00" in text_of("shop_claim_accepted")
    assert "58.88" in text_of("shop_claim_deducted")
    run_events(now())
    gateway_says(order.checkout.payment, "succeeded", kind="refund", ref=fresh(refund).our_ref, amount="64.00")
    assert at_gateway(ready) == (-76_00, 0)
    assert [each.pk for each in services.complete_shop_orders(at=until)] == [order.pk]
    assert_audited()


def test_all_bad_the_delivery_comes_back_as_well_from_the_farmer_or_everything_from_the_carrier(ready):
    honey = neighbour(ready)
    spoiled, broken = delivered(ready, (honey, 1)), delivered(ready, (honey, 1), phone="+8613700137001")
    claimed(spoiled)
    assert accepted(spoiled, 128_00, county(ready)).given_back.minor == 140_00
    farmers = ready.holds(chart.farmer(spoiled.shop.owner_id))
    assert farmers == 117_76 - 12_00  # of the other order, less the delivery of this one
    claimed(broken, reason="damaged")
    accepted(broken, 128_00, county(ready), "carrier")
    assert parts(ready, broken) == [105_76, 6_40, 24_00 - 140_00, 3_84]
    assert sum(refund.amount_minor for refund in Refund.objects.all()) == 280_00
    assert_audited()


def test_the_station_gives_in_to_small_claims_alone_and_the_county_decides_on_others(ready):
    ShopPolicy.objects.update(instant_claim_minor=100_00)
    honey = neighbour(ready)
    small, large = delivered(ready, (honey, 1)), delivered(ready, (honey, 1), phone="+8613700137001")
    for order, minor in ((small, 100_00), (large, 100_01)):
        claimed(order, minor)
    with pytest.raises(services.ClaimAboveCeiling):
        services.concede_claim(order=large, by=ready.partner, at=now())
    with pytest.raises(SamePerson):
        services.concede_claim(order=small, by=UserFactory(person=small.shop.owner), at=now())
    assert services.concede_claim(order=small, by=ready.partner, at=now()).given_back.minor == 100_00
    with pytest.raises(SamePerson):
        accepted(large, 100_01, ready.partner)  # who prepared the shop
    assert accepted(large, 50_00, county(ready)).accepted_minor == 50_00
    assert_audited()


def test_what_cannot_be_claimed_is_refused_and_nothing_waits(ready):
    (way,) = paid(ready)
    way = sent(ready, way)
    with pytest.raises(services.ClaimWindowOver):
        claimed(way, 1_00)
    order = services.deliver_shop_order(order=way, by=None, at=now())
    with pytest.raises(services.ClaimWindowOver):
        claimed(order, 1_00, at=order.claim_until_at)
    for minor in (0, 54_81):
        with pytest.raises(services.ClaimTooMuch):
            claimed(order, minor)
    with pytest.raises(PhotoNeeded):
        claimed(order, 1_00, photos=[])
    assert not LineHold.objects.exists()
    claim = claimed(order, 54_80, at=order.claim_until_at - SECOND, key="one press")
    assert claimed(order, 1_00, key="one press") == claim
    with pytest.raises(services.ClaimedAlready):
        claimed(order, 1_00)
    with pytest.raises(IntegrityError, match="shop_claim_gives_back_exactly_when_accepted"), transaction.atomic():
        ShopClaim.objects.update(status="accepted", decided_by=ready.manager, decided_at=now())


def test_a_refused_claim_is_looked_at_again_once_by_another_person(ready):
    order, clerk = delivered(ready), county(ready)
    claimed(order)
    claim = services.refuse_claim(order=order, reason="照片看不清", by=clerk, at=now())
    assert token_of(order.checkout) in text_of("shop_claim_refused")
    assert LineHold.objects.filter(released_at=None).count() == 3  # the buyer may ask again
    with pytest.raises(services.ClaimWindowOver):
        services.appeal_claim(order=order, words="请再看", at=claim.appeal_until_at)
    services.appeal_claim(order=order, words="请再看", at=claim.appeal_until_at - SECOND)
    assert "128.00" in words_of(Notice.objects.get(template="shop_claim_appealed"))
    with pytest.raises(SamePerson):
        accepted(order, 128_00, clerk)
    claim = services.refuse_claim(order=order, reason="是运输以后坏的", by=ready.manager, at=now())
    assert (claim.status, claim.decided_by, claim.appeal_decided_by) == ("rejected", clerk, ready.manager)
    with pytest.raises(WrongState):
        services.appeal_claim(order=order, words="再看", at=now())
    assert not LineHold.objects.filter(released_at=None).exists()
    assert Notice.objects.filter(template="shop_claim_rejected").count() == 1
    with pytest.raises(IntegrityError, match="shop_claim_is_looked_at_again_by_another"), transaction.atomic():
        ShopClaim.objects.update(appeal_decided_by=clerk)
    assert_audited()


def test_a_refusal_that_nobody_questions_ends_with_its_days_and_the_farmer_is_paid(ready):
    order = delivered(ready)
    claimed(order)
    until = services.refuse_claim(order=order, reason="照片看不清", by=county(ready), at=now()).appeal_until_at
    assert services.end_refused_claims(at=until - SECOND) == []
    assert [each.order_id for each in services.end_refused_claims(at=until)] == [order.pk]
    assert services.end_refused_claims(at=until) == []
    assert not LineHold.objects.filter(released_at=None).exists()
    assert [each.pk for each in services.complete_shop_orders(at=until)] == [order.pk]


def test_what_was_given_back_is_not_borne_twice_when_the_bank_takes_all_back_afterwards(ready):
    order = delivered(ready)
    claimed(order, 64_00)
    accepted(order, 64_00, county(ready))
    run_events(now())
    refund = Refund.objects.get()
    gateway_says(order.checkout.payment, "succeeded", event_type="transaction.reversed")
    assert (fresh(order.checkout).status, at_gateway(ready)) == ("reversed", (-64_00, 64_00))
    gateway_says(order.checkout.payment, "failed", kind="refund", ref=refund.our_ref, amount="64.00", code="limit")
    assert (fresh(refund).status, at_gateway(ready)) == ("succeeded", (0, 0))
    assert ready.holds(chart.platform("expense")) == 76_00
    assert_audited()
    other = delivered(ready, phone="+8613700137001")
    claimed(other)
    gateway_says(other.checkout.payment, "succeeded", event_type="transaction.reversed")
    assert ShopClaim.objects.get(order=other).status == "overtaken"
    assert not LineHold.objects.filter(released_at=None).exists()
    with pytest.raises(WrongState):
        accepted(other, 128_00, county(ready))
    assert_audited()


def test_the_county_hears_of_a_claim_that_nobody_decides_after_three_days_and_after_a_week(ready):
    order = delivered(ready)
    manager = county_manager_of(ready.station.county)
    claim = claimed(order)
    waits = Notice.objects.filter(template="shop_claim_waits", user=manager.pk)
    for after, told in ((dt.timedelta(days=3, seconds=-1), 0), (3 * DAY, 1), (6 * DAY, 1), (7 * DAY, 2), (9 * DAY, 2)):
        services.remind_of_claims(at=claim.raised_at + after)
        assert waits.count() == told


def test_a_claim_that_waits_for_long_takes_no_reminder_from_a_newer_one(ready, monkeypatch):
    monkeypatch.setattr(claiming, "MOST", 1)
    old, new = claimed(delivered(ready)), claimed(delivered(ready, phone="+8613700137001"))
    manager = county_manager_of(ready.station.county)
    ShopClaim.objects.filter(pk=old.pk).update(raised_at=old.raised_at - 20 * DAY)
    services.remind_of_claims(at=new.raised_at + 3 * DAY)
    assert Notice.objects.filter(template="shop_claim_waits", user=manager.pk).count() == 1


def test_dinars_come_back_with_three_decimals_and_the_last_of_them_from_the_platform(db):
    ready = village(currency="KWD", price_minor=12_345)
    country = ready.station.county.country
    works_with(country, "KWD", collection_provider=provider("KNET", country=country, currency="KWD"))
    checkout = checked_out(ready)
    gateway_says(checkout.payment, "succeeded")
    order = sent(ready, checkout.orders.get())
    order = services.deliver_shop_order(order=order, by=None, at=now())
    claimed(order, 4_115)
    accepted(order, 4_115, county(ready))
    assert parts(ready, order)[:2] == [11_358 - 3_786, 617 - 206]
    assert ready.holds(chart.platform("revenue")) == 370 - 123
    assert_audited()


def test_claimed_and_decided_by_many_at_once_it_is_given_back_once(own_database):
    ready = village()
    order = delivered(ready)
    assert len(set(together(*[lambda: claimed(order, key="one").pk] * 4))) == 1
    clerk, manager = county(ready), county_manager_of(ready.station.county)
    answers = together(
        *[lambda: accepted(order, 128_00, clerk).status] * 3,
        *[lambda: services.refuse_claim(order=order, reason="不是", by=manager, at=now()).status] * 3,
    )
    status = ShopClaim.objects.get().status
    assert answers.count(status) == 1
    assert Refund.objects.count() == (status == "accepted")
    assert_audited()


def test_nobody_gives_in_to_or_decides_on_a_claim_of_their_own_as_the_phone_says(ready):
    ready.partner.phone = "+8613700137001"
    ready.partner.save()
    clerk = county(ready)
    clerk.phone = ready.partner.phone
    clerk.save()
    order = delivered(ready, phone="+8613700137001")
    claimed(order, 64_00)
    with pytest.raises(SamePerson):
        services.concede_claim(order=order, by=ready.partner, at=now())
    with pytest.raises(SamePerson):
        accepted(order, 64_00, clerk)
    page = reverse("shops:order", args=[order.pk])
    for user, need, verb, is_offered in (
        (ready.partner, "shops.concede", "concede-claim", False),
        (clerk, "shops.claims", "accept-claim", False),
        (partner_of(ready.station), "shops.concede", "concede-claim", True),
        (ready.manager, "shops.claims", "accept-claim", True),
    ):
        assert (verb in read(browser_of(user), page), waits_for(user, need)) == (is_offered, is_offered)
    assert accepted(order, 64_00, ready.manager).accepted_minor == 64_00


def waits_for(user, name):
    (rows,) = (need.rows for need in CONSOLE.needs if need.name == name)
    return rows(user=user, at=now()).exists()


def test_the_page_of_an_order_reads_its_claim_with_the_order_and_photos_once(ready):
    order, visitor = delivered(ready), browser_of(county(ready))
    claimed(order, 64_00)
    page = reverse("shops:order", args=[order.pk])
    visitor.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert "accept-claim" in read(visitor, page)
    asked = [each["sql"].split(" FROM ")[0] for each in queries]
    assert sum(sql.startswith('SELECT "orders_shopclaim"') for sql in asked) == 0
    assert sum(sql.startswith('SELECT "orders_shopclaimphoto"') for sql in asked) == 1


def test_an_order_about_which_a_buyer_complains_in_the_last_second_is_not_completed(own_database):
    order = delivered(village())
    until = order.claim_until_at
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            claimed(order, at=until - SECOND)
            completed = pool.submit(finished, until)
            wait_until_somebody_waits()
        assert completed.result() == []
    assert fresh(order).status == "delivered"


def finished(at):
    try:
        return services.complete_shop_orders(at=at)
    finally:
        connection.close()


def test_a_buyer_complains_with_photos_on_the_page_and_asks_to_look_again(ready):
    order, visitor = delivered(ready), Client(headers={"accept-language": "en"})
    place = f"/shop/order/{token_of(order.checkout)}/"
    assert "Something is wrong with the goods" in read(visitor, place)
    form = f"{place}claim/{order.pk}/"
    page = read(visitor, form)
    typed = {"reason": "spoiled", "amount": "500", "words": "brown inside", "key": key_in(page)}
    refused = visitor.post(form, typed | {"photo": photo()})
    assert (refused.status_code, "brown inside" in refused.content.decode()) == (422, True)
    assert visitor.post(form, typed | {"amount": "64.00"}).status_code == 422  # no photo
    sent_off = [
        visitor.post(form, typed | {"amount": "64.00", "key": "p" * 20, "photo": photo(), "photo_2": photo()})
        for _ in range(2)
    ]
    assert [(each.status_code, each["Location"]) for each in sent_off] == [(303, "../../")] * 2
    claim = ShopClaim.objects.get()
    assert (claim.asked_minor, claim.photos.count()) == (64_00, 2)
    assert "is being looked at" in read(visitor, place)
    again = visitor.post(form, typed | {"amount": "64.00", "words": "twice", "key": "r" * 20, "photo": photo()})
    assert (again.status_code, "already complained" in again.content.decode()) == (409, True)
    assert (visitor.get(form).status_code, visitor.get(form)["Location"]) == (302, "../../")
    services.refuse_claim(order=order, reason="blurred", by=county(ready), at=now())
    assert "blurred" in read(visitor, place)
    assert visitor.post(form, {"words": "look again", "key": "q" * 20}).status_code == 303
    assert fresh(claim).status == "appealed"
    services.accept_claim(order=order, amount=Money(64_00, "CNY"), bearer="seller", by=ready.manager, at=now())
    assert "you get ¥64.00 back" in read(visitor, place)
    assert visitor.get(f"/shop/order/{'x' * 24}/claim/{order.pk}/").status_code == 404
    assert visitor.get(f"{place}claim/{uuid4()}/").status_code == 404


def test_the_county_sees_the_photos_and_decides_on_the_page_and_over_the_api(ready):
    honey = neighbour(ready)
    first, second = delivered(ready, (honey, 1)), delivered(ready, (honey, 1), phone="+8613700137001")
    claim = claimed(first, 64_00)
    claimed(second, 64_00)
    clerk = county(ready)
    visitor = browser_of(clerk)
    page = read(visitor, reverse("shops:order", args=[first.pk]))
    file = claim.photos.get().file_id
    assert str(file) in page
    assert visitor.get(reverse("core:file", args=[file])).status_code == 200
    assert "64.00" in page
    path = f"{reverse('shops:order', args=[first.pk])}accept-claim/"
    assert visitor.post(path, {"key": "k" * 20, "amount": "64.00", "bearer": "seller"}).status_code == 303
    assert fresh(claim).status == "accepted"
    refuse = f"/api/v1/shop-orders/{second.pk}/refuse-claim/"
    for user, status in (
        (partner_of(StationFactory()), 404),
        (county_clerk_of(StationFactory().county), 404),
        (ready.partner, 403),
        (clerk, 200),
    ):
        answer = api_client(user).post(refuse, {"reason": "blurred"}, "json", headers={"Idempotency-Key": uuid4().hex})
        assert answer.status_code == status
    shown = api_client(clerk).get(f"/api/v1/shop-orders/{second.pk}/").json()["claim"]
    assert (shown["status"], shown["decision_note"]) == ("refused", "blurred")


def test_words_and_photos_of_a_buyer_are_forgotten_with_the_buyer_and_the_decision_stays(ready):
    order = delivered(ready)
    claim = claimed(order, 64_00)
    accepted(order, 64_00, county(ready))
    services.complete_shop_orders(at=order.claim_until_at)
    assert services.forget_buyers(at=order.claim_until_at + 180 * DAY) == 1
    claim = fresh(claim)
    assert (claim.words, claim.photos.count(), claim.accepted_minor) == ("", 0, 64_00)
    assert not StoredFile.objects.exists()
    assert ShopOrder.objects.get(pk=order.pk).status == "completed"
    assert PayableLine.objects.filter(reverses__isnull=False).count() == 2
