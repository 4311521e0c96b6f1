"""Coupons of farmers' shops: example C to the cent, with the farmer's word, within budget and times, and given back."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import CodeWrong, SamePerson, WrongState
from core.hooks import CONSOLES
from core.money import Money
from finance import chart
from finance.models import Refund
from orders.models import Promotion, PromotionBearer, ShopCheckout, ShopClaim, ShopCouponUse, ShopOrder
from orders.produce.services import SlipWitnessMissing
from orders.promotions.queries import coupons_to_agree
from orders.promotions.services import (
    CouponNeedsMore,
    CouponNotValid,
    FarmerHasNotAgreed,
    PromotionImpossible,
    PromotionOver,
    PromotionUsedUp,
    agree_coupon,
    approve_promotion,
    send_coupon_code,
)
from orders.shops import services
from orders.shops.services.checking_out import PAY_WITHIN, WAIT_FOR_WORD
from stations.models import Person
from tests.factories.coupons import HALVES, agreed, code_for, held, prepared
from tests.factories.finance import provider, works_with
from tests.factories.people import resident
from tests.factories.refunds import photo_by
from tests.factories.shops import checked_out, neighbour, paid, sent, village
from tests.factories.stations import StationFactory, UserFactory, api_client, finance_officer, partner_of, send
from tests.finance.auditing import assert_balanced, findings
from tests.races import together

SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
EXPENSE, REVENUE = chart.platform("expense"), chart.platform("revenue")


@pytest.fixture
def ready(db):
    """A shop that sells honey for 128.00."""
    return village(price_minor=128_00)


def bought(ready, *wanted, **values):
    """An order with the coupon, paid."""
    return paid(ready, *wanted, coupon="honey10", **values)[0]


def delivered(ready, **values):
    order = sent(ready, bought(ready, **values))
    return services.deliver_shop_order(order=order, by=ready.partner, at=now())


def parts(ready):
    """Farmer, partner, carrier, revenue, expense, and what the station holds for buyers."""
    keys = [ready.farmer_key, ready.own_key, chart.carrier("ems"), REVENUE, EXPENSE, ready.funds_key]
    return [ready.holds(key) for key in keys]


def complained(ready, order, minor):
    return services.raise_claim(
        order=order, reason="spoiled", words="", amount=Money(minor, order.currency), photos=[photo_by(ready.partner)],
        at=order.delivered_at, key=f"claim {minor}",
    )  # fmt: skip


def used():
    return Promotion.objects.get().used_minor


def test_example_c_with_its_coupon_is_130_for_the_buyer_and_112_76_for_the_farmer(ready):
    held(ready, ready.shop)
    order = bought(ready, expected=Money(130_00, "CNY"))
    assert (order.goods_minor, order.discount_minor, order.seller_discount_minor) == (128_00, 10_00, 5_00)
    assert (order.total_minor, order.checkout.total_minor, used()) == (130_00, 130_00, 10_00)
    order = services.deliver_shop_order(order=sent(ready, order), by=ready.partner, at=now())
    assert parts(ready) == [112_76, 6_40, 12_00, 3_84, 5_00, 0]
    assert findings() == []
    assert_balanced()


def test_all_of_it_bad_gives_118_and_the_delivery_to_the_buyer_and_everybodys_part_back(ready):
    held(ready, ready.shop)
    order = delivered(ready)
    with pytest.raises(services.ClaimTooMuch):
        complained(ready, order, 118_01)
    complained(ready, order, 118_00)
    services.concede_claim(order=order, by=ready.partner, at=order.delivered_at)
    # 112.76 + 6.40 + 3.84 = 118.00 + 5.00; the farmer's side gave cause and bears the delivery as well.
    assert parts(ready) == [-12_00, 0, 12_00, 0, 0, 130_00]
    assert (Refund.objects.get().amount_minor, used()) == (130_00, 0)
    assert findings() == []
    assert_balanced()


def test_a_part_that_was_bad_comes_back_by_the_same_rule_and_a_carrier_leaves_the_coupon_used(ready):
    held(ready, ready.shop)
    order = delivered(ready)
    complained(ready, order, 59_00)
    services.concede_claim(order=order, by=ready.partner, at=order.delivered_at)
    # One half of each: 61.50 from farmer, partner and platform, of which 2.50 are the platform's own again.
    assert parts(ready) == [56_38, 3_20, 12_00, 1_92, 2_50, 59_00]
    assert (used(), findings()) == (5_00, [])
    other = delivered(ready, phone="+8613700137001")
    complained(ready, other, 118_00)
    services.accept_claim(
        order=other, amount=Money(118_00, "CNY"), bearer="carrier", by=finance_officer(), at=other.delivered_at
    )
    assert (used(), findings()) == (15_00, [])


def test_each_seller_sees_only_the_own_coupon(ready):
    honey = neighbour(ready, price_minor=100_00)
    held(ready, honey.shop)
    first, second = paid(ready, (ready.apples, 1), (honey, 1), coupon=" Honey10 ")
    by_shop = {order.shop_id: order for order in (first, second)}
    assert (by_shop[ready.shop.pk].discount_minor, by_shop[honey.shop_id].discount_minor) == (0, 10_00)
    assert first.checkout.total_minor == 128_00 + 100_00 - 10_00 + 24_00
    assert ShopCouponUse.objects.get().order_id == by_shop[honey.shop_id].pk


def test_cancelled_not_paid_in_time_or_too_late_the_coupon_is_free_again(ready):
    held(ready, ready.shop, per_villager_limit=1)
    services.cancel_shop_order(order=bought(ready), reason="没有货了", by=ready.partner, at=now())
    assert (used(), Refund.objects.get().amount_minor) == (0, 130_00)
    checkout = checked_out(ready, coupon="HONEY10")
    assert used() == 10_00
    with pytest.raises(PromotionUsedUp):
        checked_out(ready, coupon="HONEY10")
    services.expire_checkout(checkout=checkout, at=now() + PAY_WITHIN + WAIT_FOR_WORD)
    assert (used(), findings()) == (0, [])
    assert checked_out(ready, coupon="HONEY10").total_minor == 130_00


def test_a_coupon_is_refused_of_another_shop_day_amount_budget_or_without_anybodys_approval(ready):
    honey = neighbour(ready, price_minor=100_00)
    waits = agreed(ready, prepared(ready, ready.shop, code="LATER1"))
    held(ready, honey.shop, min_goods_minor=100_01, budget_minor=9_99)
    for code, wanted, refusal in (
        ("NONE99", ready.apples, CouponNotValid),
        (waits.code, ready.apples, CouponNotValid),
        ("HONEY10", ready.apples, CouponNotValid),
        ("HONEY10", honey, CouponNeedsMore),
    ):
        with pytest.raises(refusal):
            checked_out(ready, (wanted, 1), coupon=code)
    with pytest.raises(PromotionUsedUp):
        checked_out(ready, (honey, 2), coupon="HONEY10")
    with pytest.raises(CouponNotValid):
        checked_out(ready, (honey, 2), coupon="HONEY10", at=now() + 40 * DAY)
    assert (ShopCheckout.objects.count(), Promotion.objects.filter(used_minor__gt=0).count()) == (0, 0)
    with pytest.raises(services.TotalChanged):
        checked_out(ready, expected=Money(130_00, "CNY"))


def test_the_farmer_agrees_by_code_or_before_a_witness_and_nobody_approves_it_without(ready):
    made = prepared(ready, ready.shop)
    with pytest.raises(FarmerHasNotAgreed):
        approve_promotion(promotion=made, by=finance_officer(), at=now())
    code = code_for(ready, made)
    with pytest.raises(CodeWrong):
        agree_coupon(promotion=made, code="000000" if code != "000000" else "1" * 6, by=ready.partner, at=now())
    farmer = UserFactory(person=ready.farmer)
    for by, witness, refusal in (
        (farmer, None, SamePerson),
        (ready.partner, None, SlipWitnessMissing),
        (ready.partner, ready.farmer, SamePerson),
    ):
        with pytest.raises(refusal):
            agree_coupon(promotion=made, witness=witness, by=by, at=now())
    with pytest.raises(IntegrityError, match="coupon_of_a_shop_holds_with_the_farmers_word"), transaction.atomic():
        Promotion.objects.filter(pk=made.pk).update(status="approved", decided_by=farmer, decided_at=now())
    witness = resident("赵证", ready.station, by=ready.partner)
    made = agree_coupon(promotion=made, witness=witness, by=ready.partner, at=now())
    assert (made.agreed_witness, made.agreed_by) == (witness, ready.partner)
    with pytest.raises(WrongState):
        agree_coupon(promotion=made, code=code, by=ready.partner, at=now())
    assert approve_promotion(promotion=made, by=finance_officer(), at=now()).status == "approved"


@pytest.mark.parametrize(
    "wrong",
    [
        {"needs_coupon": False},
        {"kind": "bundle"},
        {"audience": "farmer"},
        {"shares": {"seller": 5_000, "county": 5_000}},
        {"shop": None},
        {"county": None},
        {"shares": {"seller": 10_000}, "min_goods_minor": 10_01},
        {"kind": "percent", "value": 9_201, "shares": {"seller": 10_000}, "min_goods_minor": 0},
    ],
)
def test_a_coupon_that_could_not_be_kept_is_refused(ready, wrong):
    with pytest.raises(PromotionImpossible):
        prepared(ready, ready.shop, **wrong)
    assert Promotion.objects.count() == 0


def test_the_database_refuses_a_seller_of_no_shop_and_a_use_in_another_shop_or_beyond_its_times(ready):
    honey = neighbour(ready, price_minor=100_00)
    made = held(ready, ready.shop, per_villager_limit=1)
    plain = paid(ready, (honey, 1))[0]
    about = {"promotion": made, "amount_minor": 10_00, "seller_minor": 5_00, "currency": "CNY", "used_at": now()}
    with pytest.raises(IntegrityError, match="coupon_is_used_in_its_own_shop"), transaction.atomic():
        ShopCouponUse.objects.create(order=plain, **about)
    first, second = bought(ready), bought(ready, phone="+8613700137001")
    with pytest.raises(IntegrityError, match="columns_stay"), transaction.atomic():
        ShopCouponUse.objects.filter(order=second).update(amount_minor=1)
    assert (first.discount_minor, PromotionBearer.objects.filter(party="seller").count()) == (10_00, 1)


def test_in_dinars_every_fils_of_a_coupon_has_its_bearer(db):
    ready = village(price_minor=128_001, currency="KWD")
    country = ready.station.county.country
    works_with(country, "KWD", collection_provider=provider("KNET", country=country, currency="KWD"))
    held(ready, ready.shop, kind="percent", value=777, min_goods_minor=0)
    order = bought(ready)
    assert (order.discount_minor, order.seller_discount_minor, order.total_minor) == (9_946, 4_973, 119_255)
    services.deliver_shop_order(order=sent(ready, order), by=None, at=now())
    assert parts(ready) == [112_788, 6_400, 12_00, 3_840, 4_973, 0]
    assert findings() == []


def test_of_the_last_of_a_budget_exactly_as_many_get_it_as_it_holds(own_database):
    ready = village(price_minor=128_00, stock=20)
    held(ready, ready.shop, budget_minor=35_00)

    def buy(number):
        return checked_out(ready, coupon="HONEY10", phone=f"+861370013{number:04}").total_minor

    answers = together(*[lambda number=number: buy(number) for number in range(8)])
    assert sorted(map(str, answers)) == ["13000"] * 3 + ["promotion_used_up"] * 5
    assert (used(), ShopOrder.objects.count(), ShopCouponUse.objects.count()) == (30_00, 3, 3)


def test_one_phone_in_three_checkouts_at_once_uses_it_once(own_database):
    ready = village(price_minor=128_00)
    held(ready, ready.shop, per_villager_limit=1)
    answers = together(*[lambda: checked_out(ready, coupon="HONEY10").total_minor] * 3)
    assert sorted(map(str, answers)) == ["13000", "promotion_used_up", "promotion_used_up"]


def test_cancelling_by_two_and_a_new_checkout_at_once_give_the_budget_back_once(own_database):
    ready = village(price_minor=128_00)
    held(ready, ready.shop, budget_minor=10_00)
    order = bought(ready)

    def cancel():
        return services.cancel_shop_order(order=order, reason="没有货了", by=ready.partner, at=now()).status

    together(cancel, cancel, lambda: checked_out(ready, coupon="HONEY10", phone="+8613700137009").total_minor)
    taken = ShopCouponUse.objects.exclude(back_minor=10_00).count()
    assert (used(), taken) in {(0, 0), (10_00, 1)}
    assert findings() == []


def test_over_the_api_and_pages_county_and_partner_make_it_and_the_city_sees_what_it_takes_off(client, ready):
    manager, counter = api_client(ready.manager), api_client(ready.partner)
    body = {
        "code": "HONEY10", "name": "Ten off", "name_zh": "立减", "county": ready.station.county.code, "currency": "CNY",
        "kind": "amount", "amount": "10.00", "needs_coupon": True, "min_goods": "20.00", "budget": "1000.00",
        "shop": ready.shop.ref, "from_date": "2026-01-01", "to_date": "2026-12-31",
        "bearers": [{"party": party, "share_bp": share} for party, share in HALVES.items()],
    }  # fmt: skip
    body |= {"from_date": (now() - DAY).date().isoformat(), "to_date": (now() + 20 * DAY).date().isoformat()}
    made = send(manager, "/api/v1/promotions/", **body)
    assert (made.status_code, made.json()["shop"], made.json()["agreed_at"]) == (201, ready.shop.ref, None)
    path = f"/api/v1/shops/{ready.shop.pk}/"
    outside = api_client(partner_of(StationFactory()))
    assert send(outside, f"{path}agree-coupon/", coupon="HONEY10", code="123456").status_code == 404
    assert send(manager, f"{path}agree-coupon/", coupon="HONEY10", code="123456").status_code == 403
    assert send(counter, f"{path}coupon-code/", coupon="NONE99").json()["code"] == "no_such_coupon"
    promotion = Promotion.objects.get()
    client.force_login(ready.partner)
    shown = client.get(reverse("shops:shop", args=[ready.shop.pk])).content.decode()
    assert reverse("shops:shop-coupon-agree", args=[ready.shop.pk]) in shown
    code = code_for(ready, promotion)
    assert send(counter, f"{path}agree-coupon/", coupon="HONEY10", code=code).json()["agreed_at"] is not None
    approve_promotion(promotion=promotion, by=finance_officer(), at=now())
    client.logout()
    basket = f"{reverse('cityshops:basket')}?{urlencode({f'n-{ready.apples.ref}': 1, 'coupon': 'honey10'})}"
    assert "130.00" in client.get(basket).content.decode()
    wrong = client.get(basket.replace("honey10", "none99")).content.decode()
    assert "140.00" in wrong
    typed = {"name": "王小明", "phone": "+8613700137000", "address": "上海市", "total": "130.00", "key": "k" * 16}
    assert client.post(basket, typed).status_code == 303
    order = ShopOrder.objects.get()
    client.force_login(ready.partner)
    shown = client.get(reverse("shops:order", args=[order.pk])).content.decode()
    assert [amount in shown for amount in ("112.76", "5.00", "130.00")] == [True] * 3
    assert (ShopClaim.objects.count(), order.total_minor) == (0, 130_00)


def waiting(code, user):
    need = next(each for console in CONSOLES for each in console.needs if each.name == code)
    return [row.pk for row in need.rows(user=user, at=now())]


def test_a_coupon_waits_for_the_partner_first_and_then_for_who_can_approve_it(client, ready):
    made, officer = prepared(ready, ready.shop), finance_officer()
    assert (waiting("shops.coupons", ready.partner), waiting("promotions.approve", officer)) == ([ready.shop.pk], [])
    client.force_login(ready.partner)
    assert ready.shop.title in client.get(f"{reverse('shops:shops')}?state=coupon").content.decode()
    page, approve = (reverse(name, args=[made.pk]) for name in ("promotions:promotion", "promotions:promotion-approve"))
    client.force_login(officer)
    assert approve not in client.get(page).content.decode()
    made = agreed(ready, made)
    assert (waiting("shops.coupons", ready.partner), waiting("promotions.approve", officer)) == ([], [made.pk])
    farmer = finance_officer(user=UserFactory(person=ready.farmer))
    with pytest.raises(SamePerson):
        approve_promotion(promotion=made, by=farmer, at=now())
    assert waiting("promotions.approve", farmer) == []
    shown = client.get(page).content.decode()
    assert (approve in shown, "not agreed yet" in shown) == (True, False)
    detail = api_client(officer).get(f"/api/v1/promotions/{made.pk}/").json()
    by_party = {each["party"]: each["agreed_at"] for each in detail["bearers"]}
    assert (by_party["seller"], by_party["platform"]) == (detail["agreed_at"], None)


def test_nobody_asks_a_farmer_about_a_coupon_that_is_over_nor_signs_for_one_who_has_died(ready):
    made, after = prepared(ready, ready.shop), now() + 30 * DAY
    witness = resident("赵证", ready.station, by=ready.partner)
    for ask in (
        lambda: send_coupon_code(promotion=made, by=ready.partner, at=after),
        lambda: agree_coupon(promotion=made, witness=witness, by=ready.partner, at=after),
    ):
        with pytest.raises(PromotionOver):
            ask()
    assert (coupons_to_agree(ready.shop, at=now()).count(), coupons_to_agree(ready.shop, at=after).count()) == (1, 0)
    Person.objects.filter(pk=ready.farmer.pk).update(residence="deceased", died_date=now().date())
    with pytest.raises(WrongState):
        agree_coupon(promotion=made, witness=witness, by=ready.partner, at=now())
    assert Promotion.objects.get().agreed_at is None
