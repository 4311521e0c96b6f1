"""A farmer's shop: agreed to, approved, bought from once for several sellers, packed, paid out, or given back."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.days import day_in
from core.errors import CodeWrong, SamePerson, TooMany, WrongState
from core.gateways.models import Instruction
from core.models import Event, Notice
from core.money import Money
from core.notices.services import words_of
from finance import chart
from finance.models import PayableLine, Payment, ReconItem, Refund
from finance.payments.services import reverse_payment
from ledger.services import NotEnough
from orders.models import Shop, ShopArticle, ShopCheckout, ShopOrder, ShopPolicy
from orders.produce.services import SlipWitnessMissing
from orders.shops import services, tasks
from orders.shops.closing_checks import orders_left
from orders.shops.queries import token_of
from orders.shops.services import packing
from orders.shops.services.checking_out import PAY_WITHIN, WAIT_FOR_WORD
from stations.models import Contract, Station
from stations.network.services.closing import binding_of
from stations.people.services import record_death
from tests.factories.finance import contract_of, desk, payer_at, provider, works_with
from tests.factories.payment_links import assert_audited, at_gateway, fresh, gateway_says, run_events, text_of
from tests.factories.people import resident
from tests.factories.shops import (
    article,
    checked_out,
    code_of,
    neighbour,
    paid,
    policy,
    prepared,
    sent,
    village,
)
from tests.factories.stations import UserFactory, county_manager_of, partner_of
from tests.orders.test_payment_link_races import gateway_quietly

SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return village()


def test_a_shop_opens_with_the_farmers_word_and_the_countys(db):
    ready = desk(mode="postpaid")
    farmer, manager = payer_at(ready), county_manager_of(ready.station.county)
    with pytest.raises(services.NoShopPolicy):
        prepared(ready, farmer)
    policy()
    shop = prepared(ready, farmer)
    assert (shop.status, shop.pack_help_bp, shop.platform_bp) == ("draft", 500, 300)
    with pytest.raises(services.FarmerHasShop):
        prepared(ready, farmer)
    services.ask_shop_owner(shop=shop, by=ready.partner, at=now())
    assert "5%" in text_of("shop_code")
    with pytest.raises(services.ShopIsEmpty):
        services.submit_shop(shop=shop, code=code_of(shop), by=ready.partner, at=now())
    article(ready, shop)
    with pytest.raises(CodeWrong):
        services.submit_shop(shop=shop, code="00000x", by=ready.partner, at=now())
    assert fresh(shop).tries == 1
    shop = services.submit_shop(shop=shop, code=code_of(shop), by=ready.partner, at=now())
    shop = services.reject_shop(shop=shop, reason="照片不清楚", by=manager, at=now())
    with pytest.raises(SlipWitnessMissing):
        services.submit_signed_shop(shop=shop, witness=None, by=ready.partner, at=now())
    with pytest.raises(SamePerson):
        services.submit_signed_shop(shop=shop, witness=farmer, by=ready.partner, at=now())
    witness = resident("赵证", ready.station, by=ready.partner)
    shop = services.submit_signed_shop(shop=shop, witness=witness, by=ready.partner, at=now())
    with pytest.raises(SamePerson):
        services.approve_shop(shop=shop, by=ready.partner, at=now())
    shop = services.approve_shop(shop=shop, by=manager, at=now())
    assert (shop.status, shop.decision_note) == ("approved", "")
    assert "沈家果园" in text_of("shop_approved")
    with pytest.raises(IntegrityError, match="shop_is_open_with_the_farmers_word"), transaction.atomic():
        Shop.objects.filter(pk=shop.pk).update(agreed_at=None)
    with pytest.raises(IntegrityError, match="farmer_has_one_shop_at_a_time"), transaction.atomic():
        Shop.objects.create(
            key="x", owner=farmer, station=ready.station, name="a", name_zh="甲", currency="CNY", platform_bp=0,
            pack_help_bp=0, opened_by=ready.partner, opened_at=now(),
        )  # fmt: skip


def test_one_payment_for_two_sellers_and_each_gets_their_part_of_example_c(ready):
    honey = neighbour(ready)
    at = now()
    checkout = checked_out(ready, (ready.apples, 1), (honey, 1), expected=Money(206_80, "CNY"), at=at)
    again = checked_out(ready, (ready.apples, 9), key=checkout.key)
    assert (again.pk, ShopCheckout.objects.count(), Payment.objects.count()) == (checkout.pk, 1, 1)
    assert (fresh(ready.apples).stock, fresh(honey).stock) == (9, 9)
    gateway_says(checkout.payment, "succeeded", at=at)
    gateway_says(checkout.payment, "succeeded", at=at)  # heard twice
    first, second = ShopOrder.objects.filter(checkout=checkout).order_by("number")
    assert at_gateway(ready) == (-206_80, 206_80)
    assert [(each.status, each.shop_id) for each in (first, second)] == [
        ("paid", ready.shop.pk),
        ("paid", honey.shop_id),
    ]
    assert token_of(checkout) in text_of("shop_checkout_paid")
    assert token_of(checkout) not in str(Notice.objects.get(template="shop_checkout_paid").params)
    zone = ZoneInfo(ready.station.zone)
    assert first.pack_by_at.astimezone(zone) == dt.datetime.combine(
        at.astimezone(zone).date() + 3 * DAY, dt.time(), zone
    )
    assert sent(ready, second).arrives_by_at is not None
    assert "邮政快递" in text_of("shop_order_sent")
    second = services.deliver_shop_order(order=second, by=ready.partner, at=now())
    owner = chart.farmer(second.shop.owner_id)
    assert (second.status, second.net.minor) == ("delivered", 117_76)
    assert [ready.holds(key) for key in (owner, ready.own_key, chart.carrier("ems"), chart.platform("revenue"))] == [
        117_76,
        6_40,
        12_00,
        3_84,
    ]
    assert ready.holds(ready.funds_key) == 66_80
    assert {line.eligible_at for line in PayableLine.objects.filter(event_id=str(second.pk))} == {second.claim_until_at}
    with pytest.raises(WrongState):
        services.cancel_shop_order(order=second, reason="太晚", by=ready.partner, at=now())
    until = second.claim_until_at
    assert services.complete_shop_orders(at=until - HOUR) == []
    assert [order.pk for order in services.complete_shop_orders(at=until)] == [second.pk]
    assert Event.objects.filter(name="orders.shop_order_completed").count() == 1
    assert_audited()


def test_not_packed_in_time_the_money_goes_back_and_the_boxes_can_be_sold_again(ready):
    honey = neighbour(ready)
    late, packed = paid(ready, (ready.apples, 3), (honey, 1))
    services.pack_shop_order(order=packed, by=ready.partner, at=now())
    assert services.cancel_unpacked(at=late.pack_by_at - HOUR) == []
    assert [each.pk for each in services.cancel_unpacked(at=late.pack_by_at)] == [late.pk]
    assert services.cancel_unpacked(at=late.pack_by_at) == []
    refund = Refund.objects.get()
    assert (refund.reason, refund.source, refund.amount_minor) == ("cancelled", "online", 176_40)
    late = fresh(late)
    assert (late.status, late.why, fresh(ready.apples).stock, fresh(honey).stock) == ("cancelled", "not_packed", 10, 9)
    services.cancel_shop_order(order=fresh(packed), reason="蜂蜜漏了", by=ready.partner, at=now())
    assert sum(each.amount_minor for each in Refund.objects.all()) == 316_40
    assert fresh(honey).stock == 10
    for each in Refund.objects.all():
        gateway_says(each.payment, "succeeded", kind="refund", ref=each.our_ref)
    assert Notice.objects.filter(template="shop_order_cancelled").count() == 2


def test_a_packed_order_that_nobody_sends_is_reminded_of_once_and_refunded_after_its_hours(ready):
    ShopPolicy.objects.update(send_hours=24)
    honey = neighbour(ready)
    lies, sent_off = paid(ready, (ready.apples, 3), (honey, 1))
    at = now()
    lies = services.pack_shop_order(order=lies, by=ready.partner, at=at)
    services.pack_shop_order(order=sent_off, by=ready.partner, at=at)
    assert lies.send_by_at == at + DAY
    assert services.remind_unsent(at=at + 12 * HOUR - SECOND) == []
    services.send_shop_order(order=sent_off, courier="EMS", tracking_number="1", by=ready.partner, at=at)
    assert [each.pk for each in services.remind_unsent(at=at + 12 * HOUR)] == [lies.pk]
    assert services.remind_unsent(at=at + 13 * HOUR) == []
    assert Notice.objects.get(template="shop_order_lies").user == ready.partner.pk
    assert services.cancel_unsent(at=at + DAY - SECOND) == []
    assert [each.pk for each in services.cancel_unsent(at=at + DAY)] == [lies.pk]
    assert services.cancel_unsent(at=at + DAY) == []
    lies = fresh(lies)
    assert (lies.status, lies.why, fresh(ready.apples).stock) == ("cancelled", "not_sent", 10)
    assert Refund.objects.get().amount_minor == lies.total_minor
    assert not PayableLine.objects.exists()
    with pytest.raises(IntegrityError, match="packed_shop_order_says_until_when_it_is_sent"), transaction.atomic():
        ShopOrder.objects.filter(pk=lies.pk).update(status="packed", why="", send_by_at=None)
    assert_audited()


def test_a_farmer_who_dies_sells_and_sends_nothing_and_buyers_get_their_money_back(ready):
    honey = neighbour(ready)
    paid_before, packed = paid(ready, (ready.apples, 1))[0], paid(ready, (ready.apples, 2))[0]
    services.pack_shop_order(order=packed, by=ready.partner, at=now())
    later = checked_out(ready, (ready.apples, 1), (honey, 1))
    record_death(person=ready.farmer, died_date=day_in(ready.station.zone, now()), by=ready.partner, at=now())
    gateway_says(later.payment, "succeeded")
    mine, other = later.orders.order_by("number")
    assert (mine.status, mine.why, other.status) == ("cancelled", "gone", "paid")
    with pytest.raises(services.SellerGone):
        services.pack_shop_order(order=paid_before, by=ready.partner, at=now())
    with pytest.raises(services.SellerGone):
        services.send_shop_order(order=packed, courier="EMS", tracking_number="1", by=ready.partner, at=now())
    assert {each.pk for each in services.cancel_gone(at=now())} == {paid_before.pk, packed.pk}
    assert (fresh(ready.apples).stock, fresh(other).status) == (10, "paid")
    assert sum(each.amount_minor for each in Refund.objects.all()) == 2 * 66_80 + 121_60
    with pytest.raises(services.ShopClosed):
        checked_out(ready)
    assert_audited()


def test_a_station_that_closes_has_no_open_orders_and_one_that_rests_sells_nothing(ready):
    (order,) = paid(ready)
    assert orders_left(ready.station)[0] in binding_of(ready.station)
    Station.objects.filter(pk=ready.station.pk).update(status="temporarily_closed")
    with pytest.raises(services.ShopClosed):
        checked_out(ready)
    services.pack_shop_order(order=order, by=ready.partner, at=now())
    today = day_in(ready.station.zone, now())
    Station.objects.filter(pk=ready.station.pk).update(status="closed", closed_date=today)
    assert [each.why for each in services.cancel_gone(at=now())] == ["gone"]
    assert orders_left(ready.station) == []


def test_what_is_not_paid_in_time_is_free_again_and_money_that_comes_later_goes_back(ready):
    at = now()
    checkout = checked_out(ready, (ready.apples, 4), at=at)
    end = at + PAY_WITHIN
    assert services.expire_checkout(checkout=checkout, at=end).status == "open"  # nobody knows yet
    gateway_says(checkout.payment, "failed", code="expired", at=end)
    assert (fresh(checkout).status, fresh(ready.apples).stock) == ("expired", 10)
    with pytest.raises(services.CheckoutOver):
        services.pay_checkout(checkout=checkout, at=end)
    unknown = checked_out(ready, (ready.apples, 4), at=at)
    assert services.expire_checkout(checkout=unknown, at=end + WAIT_FOR_WORD).status == "expired"
    assert fresh(ready.apples).stock == 10
    gateway_says(unknown.payment, "succeeded", at=end + WAIT_FOR_WORD)
    assert (fresh(unknown).status, Refund.objects.get().reason) == ("late", "late_payment")
    assert set(ShopOrder.objects.values_list("status", flat=True)) == {"expired"}
    assert Notice.objects.filter(template="shop_checkout_late").exists()


def test_a_failed_payment_can_be_begun_again_while_the_goods_are_set_aside(ready):
    at = now()
    checkout = checked_out(ready, at=at)
    assert services.pay_checkout(checkout=checkout, at=at).payment_id == checkout.payment_id
    gateway_says(checkout.payment, "failed", code="refused", at=at)
    second = services.pay_checkout(checkout=checkout, at=at)
    assert (second.attempts, second.payment_id != checkout.payment_id) == (2, True)
    gateway_says(second.payment, "succeeded", at=at)
    assert fresh(checkout).status == "paid"


def test_what_cannot_be_bought_is_refused_and_nothing_is_set_aside(ready):
    with pytest.raises(services.SoldOut):
        checked_out(ready, (ready.apples, 11))
    with pytest.raises(services.TotalChanged):
        checked_out(ready, expected=Money(66_79, "CNY"))
    with pytest.raises(services.BasketEmpty):
        checked_out(ready, wanted=[])
    for _ in range(3):
        checked_out(ready)
    with pytest.raises(TooMany):
        checked_out(ready)
    assert fresh(ready.apples).stock == 7
    services.pause_shop(shop=ready.shop, by=ready.partner, at=now())
    with pytest.raises(services.ShopClosed):
        checked_out(ready, phone="+8613700137001")
    with pytest.raises(services.ShopHasOrders):
        services.terminate_shop(shop=ready.shop, reason="搬走了", by=ready.manager, at=now())
    with pytest.raises(IntegrityError, match="shop_stock_never_below_zero"), transaction.atomic():
        ShopArticle.objects.update(stock=-1)
    with pytest.raises(IntegrityError, match="checkout_total_is_the_sum_of_its_orders"), transaction.atomic():
        stored_alone()


def test_one_network_sets_goods_aside_for_twelve_buyers_at_a_time_and_is_forgotten_when_they_have_paid(ready):
    ShopArticle.objects.update(stock=40)
    phones = [f"+861370013{number:04}" for number in range(14)]
    made = [checked_out(ready, phone=phone, network="203.0.113.7") for phone in phones[:12]]
    assert b"203.0.113.7" not in bytes(made[0].network)
    with pytest.raises(TooMany):
        checked_out(ready, phone=phones[12], network="203.0.113.7")
    checked_out(ready, phone=phones[12], network="203.0.113.8")
    gateway_quietly(made[0].payment)
    assert services.note_paid(checkout=made[0], at=now()).network is None
    checked_out(ready, phone=phones[13], network="203.0.113.7")
    with pytest.raises(IntegrityError, match="ended_checkout_forgets_its_network"), transaction.atomic():
        ShopCheckout.objects.filter(pk=made[0].pk).update(network=b"x")


def stored_alone():
    """A checkout without orders, as no service makes it; the database looks at it at once."""
    known = ShopCheckout.objects.order_by("pk")[0]
    known.pk, known.key, known.ref, known.number = ShopCheckout._meta.pk.get_default(), "k", "abcdefgh", "n"
    known.payment = None
    known.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_sellers_of_two_counties_are_paid_by_themselves(ready):
    other = village_in_another_county(ready)
    with pytest.raises(services.SellersOfTwoCounties):
        checked_out(ready, (ready.apples, 1), (other, 1))


def village_in_another_county(ready):
    far = desk(mode="postpaid")
    shop = prepared(far, resident("孙远", far.station, by=far.partner))
    made = article(far, shop)
    Shop.objects.filter(pk=shop.pk).update(
        status="approved", agreed_at=now(), submitted_by=far.partner, decided_by=ready.manager
    )
    return made


def test_a_bank_that_takes_the_money_back_stops_what_is_here_and_the_platform_pays_for_what_has_left(ready):
    honey = neighbour(ready)
    here, gone = paid(ready, (ready.apples, 1), (honey, 1))
    sent(ready, gone)
    payment = gone.checkout.payment
    gateway_says(payment, "succeeded", event_type="transaction.reversed")
    assert (fresh(here).status, fresh(here).why, fresh(gone).status) == ("cancelled", "reversed", "sent")
    assert (fresh(gone.checkout).status, fresh(ready.apples).stock) == ("reversed", 10)
    assert ready.holds(chart.platform("expense")) == 140_00
    services.cancel_shop_order(order=fresh(gone), reason="丢了", by=ready.partner, at=now())
    assert ready.holds(chart.platform("expense")) == 0
    assert not Refund.objects.exists()
    assert_audited()


def test_a_bank_that_takes_all_back_after_one_order_was_refunded_stops_the_others_and_takes_only_the_rest(ready):
    honey = neighbour(ready)
    refunded, here = paid(ready, (ready.apples, 1), (honey, 1))
    services.pack_shop_order(order=here, by=ready.partner, at=now())
    services.cancel_shop_order(order=refunded, reason="冰雹", by=ready.partner, at=now())
    payment = here.checkout.payment
    run_events(now())
    gateway_says(payment, "succeeded", kind="refund", ref=Refund.objects.get().our_ref, amount="66.80")
    for _ in range(2):
        gateway_says(payment, "succeeded", event_type="transaction.reversed")
    assert (fresh(payment).status, at_gateway(ready)) == ("refunded", (0, 0))
    assert (fresh(here).status, fresh(here).why, fresh(refunded).why) == ("cancelled", "reversed", "station")
    assert (fresh(here.checkout).status, fresh(honey).stock, fresh(ready.apples).stock) == ("reversed", 10, 10)
    assert [(item.kind, item.amount_diff_minor) for item in ReconItem.objects.all()] == [("duplicate", 66_80)]
    assert "140.00" in text_of("shop_checkout_reversed")
    assert Notice.objects.get(template="shop_order_stopped").user == ready.partner.pk
    assert here.number[-7:] in text_of("shop_sale_stopped")
    with pytest.raises(WrongState):
        services.send_shop_order(order=here, courier="EMS", tracking_number="1", by=ready.partner, at=now())
    assert_audited()


def test_until_the_order_is_stopped_nobody_packs_what_the_bank_has_taken_back(ready):
    (order,) = paid(ready)
    reverse_payment(payment=order.checkout.payment, at=now())
    with pytest.raises(services.PaymentTakenBack):
        services.pack_shop_order(order=order, by=ready.partner, at=now())


def test_what_the_bank_takes_back_after_it_was_passed_on_the_platform_pays_and_the_rest_is_stopped(ready):
    honey = neighbour(ready)
    gone, here = paid(ready, (ready.apples, 1), (honey, 1))
    sent(ready, gone)
    services.deliver_shop_order(order=gone, by=None, at=now())
    gateway_says(gone.checkout.payment, "succeeded", event_type="transaction.reversed")
    assert (fresh(gone.checkout.payment).status, fresh(here).status, fresh(gone).status) == (
        "reversed",
        "cancelled",
        "delivered",
    )
    assert (ready.holds(chart.platform("expense")), at_gateway(ready)) == (66_80, (0, 0))
    assert ReconItem.objects.get().status == "matched"
    assert ready.holds(ready.farmer_key) == 50_42
    assert_audited()


def test_who_bought_is_forgotten_half_a_year_after_everything_has_ended(ready):
    checkout = checked_out(ready)
    gateway_says(checkout.payment, "failed", code="refused")
    checkout = services.pay_checkout(checkout=checkout, at=now())
    gateway_says(checkout.payment, "succeeded")
    order = checkout.orders.get()
    sent(ready, order)
    order = services.deliver_shop_order(order=order, by=None, at=now())
    later = order.claim_until_at + 180 * DAY
    assert services.forget_buyers(at=later) == 0  # nobody has completed it
    services.complete_shop_orders(at=later)
    assert services.forget_buyers(at=later - HOUR) == 0
    assert services.forget_buyers(at=later) == 1
    checkout = fresh(order.checkout)
    assert (checkout.buyer_name, str(checkout.buyer_phone or ""), checkout.address) == ("", "", "")
    assert set(Payment.objects.values_list("payer_phone", flat=True)) == {""}
    assert services.forget_buyers(at=later) == 0
    assert_audited()


def test_who_says_nothing_has_received_it_after_ten_days(ready):
    (order,) = paid(ready)
    order = sent(ready, order)
    assert services.deliver_silent(at=order.arrives_by_at - HOUR) == []
    assert [each.pk for each in services.deliver_silent(at=order.arrives_by_at)] == [order.pk]
    assert ready.holds(ready.farmer_key) == 50_42


def test_what_is_ordered_while_an_article_is_changed_is_not_sold_twice(ready):
    values = {"name": "Fuji", "name_zh": "富士", "price_minor": 50_00, "weight_g": 5_000}
    checked_out(ready, (ready.apples, 3))
    for typed, seen, left in ((10, 10, 7), (12, 7, 12), (1, 14, 0), (5, None, 5)):
        changed = services.change_article(
            article=ready.apples, **values, stock=typed, stock_seen=seen, by=ready.partner, at=now()
        )
        assert changed.stock == left


def test_the_farmer_who_helps_at_the_station_says_nothing_about_the_delivery_of_the_own_goods(ready):
    (order,) = paid(ready)
    order = sent(ready, order)
    with pytest.raises(SamePerson):
        services.deliver_shop_order(order=order, by=UserFactory(person=ready.farmer), at=now())
    assert services.deliver_shop_order(order=order, by=None, at=now()).status == "delivered"


def test_the_partner_of_the_day_hears_that_there_is_something_to_pack(ready):
    Contract.objects.filter(station=ready.station, kind="partner").update(status="ended")
    successor = partner_of(ready.station)
    contract_of(successor, ready.station)
    paid(ready)
    notice = Notice.objects.get(template="shop_order_arrived")
    assert notice.user == successor.pk
    assert ready.shop.name_zh in words_of(notice, language="zh-hans")
    assert ready.shop.name in words_of(notice, language="en")


def test_an_order_that_is_refused_holds_up_no_other(ready, monkeypatch):
    honey = neighbour(ready)
    first, second = (sent(ready, order) for order in paid(ready, (ready.apples, 1), (honey, 1)))
    shared = packing.share_out

    def no_money(order, *, at):
        if order.pk == first.pk:
            raise NotEnough
        shared(order, at=at)

    monkeypatch.setattr(packing, "share_out", no_money)
    with pytest.raises(NotEnough):
        tasks.end_orders({}, second.arrives_by_at)
    assert (fresh(first).status, fresh(second).status) == ("sent", "delivered")


def test_a_shop_of_dinars_divides_three_decimals(db):
    ready = village(currency="KWD", price_minor=12_345)
    country = ready.station.county.country
    works_with(country, "KWD", collection_provider=provider("KNET", country=country, currency="KWD"))
    checkout = checked_out(ready)
    assert Instruction.objects.get(pk=checkout.payment_id).request["amount"] == "13.545"
    gateway_says(checkout.payment, "succeeded")
    order = checkout.orders.get()
    sent(ready, order)
    order = services.deliver_shop_order(order=order, by=None, at=now())
    assert (order.platform_minor, order.pack_help_minor, ready.holds(ready.farmer_key)) == (370, 617, 11_358)
    gateway_says(checkout.payment, "succeeded", event_type="transaction.reversed")
    assert ready.holds(chart.platform("expense")) == 13_545
    assert at_gateway(ready, "KNET") == (0, 0)
