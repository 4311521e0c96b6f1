"""Promotions of orders, to the cent: which one is given, who bears it, and what comes back to its budget."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from finance import chart
from finance.models import PayableLine, Refund
from orders.models import Fulfilment, OrderLine, Promotion, PromotionPart, PromotionUse, WarehouseRoute
from orders.promotions.savings import borne
from orders.promotions.services import end_promotion
from orders.purchases.services import (
    Item,
    cancel_purchase,
    expire_purchase,
    give_consent,
    note_lost,
    note_not_taken,
    pack_fulfilment,
    pick_fulfilment,
    take_back,
)
from orders.returns.services import ReturnItem, approve_return, request_return
from stations.models import Station
from tests.factories.goods import price, price_list, product, stocked, variant, warehouse_for
from tests.factories.promotions import running, subsidy_key
from tests.factories.purchases import asked, at_station, begun, code_of, handed_over, packed, placed, shop
from tests.factories.returns import at_centre, bought, dropped, inspected, requested, rules
from tests.factories.stations import StationFactory, division_below
from tests.finance.auditing import findings

EXPENSE, REVENUE = chart.platform("expense"), chart.platform("revenue")


@pytest.fixture
def ready(db):
    rules()
    return shop()


def used(promotion):
    promotion.refresh_from_db()
    return promotion.used_minor


def articles(ready, *prices, **values):
    """More articles of the same supplier, as many in stock as anybody wants."""
    listed = price_list(currency=ready.station.currency)
    made = [variant(product(f"货{number}", **values)) for number in range(len(prices))]
    for each, minor in zip(made, prices, strict=True):
        price(each, minor, listed)
        stocked(each, ready.level.warehouse, 100)
    return made


def items(*variants, quantity=1):
    return [Item(each, quantity) for each in variants]


def test_platform_supplier_and_county_bear_their_shares_and_a_return_takes_them_back(ready):
    given = running(
        ready,
        kind="amount",
        value=100_00,
        min_goods_minor=1_000_00,
        county=ready.station.county,
        supplier=ready.washer.product.supplier,
        shares={"platform": 5_000, "supplier": 3_000, "county": 2_000},
    )
    part = bought(ready)
    county = chart.commission_of_county(ready.station.county)
    keys = [ready.supplier_key(), ready.own_key, county, REVENUE, EXPENSE, subsidy_key(ready, given)]
    assert ready.holds(ready.till_key) == 1_100_00
    # The fees are those of 1,200.00: 43.20, 10.80 and 18.00; the supplier gets 1,128.00 less its 30.00.
    assert [ready.holds(key) for key in keys] == [1_098_00, 43_20, 10_80, 18_00, 50_00, -20_00]
    assert (ready.holds(ready.funds_key), used(given), findings()) == (0, 100_00, [])
    found = approve_return(goods_return=requested(ready, part), by=ready.clerk, at=now())
    found = inspected(ready, at_centre(ready, found))
    assert (found.value_minor, found.refunded_minor, Refund.objects.get().amount_minor) == (1_100_00,) * 3
    assert [ready.holds(key) for key in keys] == [-5_00, 0, 0, 0, 0, 0]  # the supplier pays the way back
    found.order.refresh_from_db()
    assert (found.order.payment_status, found.order.fulfilment_status) == ("refunded", "returned")
    assert (ready.holds(ready.funds_key), used(given), findings()) == (1_100_00, 0, [])


def test_the_county_of_a_promotion_bears_it_also_where_its_stations_have_gone_to_another(ready):
    county = ready.station.county
    given = running(ready, value=1_000, county=county, shares={"county": 10_000})
    part = at_station(ready, placed(ready))
    Station.objects.filter(county=county).update(county=division_below(county.parent, "county"))
    handed_over(ready, Fulfilment.objects.get(pk=part.pk))
    assert (ready.holds(subsidy_key(ready, given)), findings()) == (-120_00, [])


def test_three_pieces_come_back_one_by_one_and_after_the_last_every_bearer_is_at_zero(db):
    rules(ceiling=150_00, leg=0)
    ready = shop(minor=40_00)
    given = running(
        ready,
        kind="amount",
        value=10_00,
        min_goods_minor=100_00,
        supplier=ready.washer.product.supplier,
        shares={"platform": 5_000, "supplier": 5_000},
    )
    part = bought(ready, 3)
    keys = [ready.supplier_key(), ready.own_key, REVENUE, EXPENSE]
    stands = [[ready.holds(key) for key in keys]]
    back = []
    for _ in range(3):
        found = dropped(ready, requested(ready, part, reason="wrong_item"))
        back.append(found.refunded_minor)
        stands.append([ready.holds(key) for key in keys])
    assert stands == [
        [107_80, 4_32, 1_80, 5_00],
        [71_87, 2_88, 1_19, 3_33],
        [35_93, 1_44, 61, 1_67],
        [0, 0, 0, 0],
    ]
    assert (back, used(given), ready.holds(ready.funds_key)) == ([36_67, 36_66, 36_67], 0, 110_00)
    assert findings() == []


def test_an_amount_is_spread_over_the_lines_by_their_goods_and_a_line_gives_back_exactly_its_own(ready):
    given = running(ready, kind="amount", value=10_00, min_goods_minor=50_00)
    part = bought(ready, items=items(*articles(ready, 35_00, 35_00, 35_00)))
    lines = OrderLine.objects.order_by("pk")
    assert [line.discount_minor for line in lines] == [3_34, 3_33, 3_33]
    assert (part.order.total_minor, part.order.discount_minor) == (95_00, 10_00)
    wanted = {"reason": "wrong_item", "by": ready.partner, "at": now(), "key": "first"}
    asked = request_return(order=part.order, items=[ReturnItem(lines[0], 1)], **wanted)
    found = dropped(ready, asked)
    assert (found.refunded_minor, used(given)) == (31_66, 6_66)


def test_a_line_from_two_warehouses_is_cut_by_quantity_and_a_lost_part_gives_its_own_cut_back(db):
    ready = shop(stock=5, minor=33_33)
    WarehouseRoute.objects.update(may_split=True)
    place = ready.station
    hub = StationFactory(kind="township_hub", county=place.county, parent=place.parent)
    stocked(ready.washer, warehouse_for(place, priority=2, may_split=True, at=hub), 5)
    given = running(ready, value=1_000)
    order = placed(ready, 7)
    first, second = order.fulfilments.order_by("-goods_minor")
    assert [(part.goods_minor, part.discount_minor) for part in (first, second)] == [(166_65, 16_66), (66_66, 6_67)]
    assert (order.total_minor, first.cash_due_minor + second.cash_due_minor) == (209_98, 209_98)
    for part in (first, second):
        picked = pick_fulfilment(fulfilment=part, by=ready.clerk, at=now())
        pack_fulfilment(fulfilment=picked, weight_g=1_000, by=ready.clerk, at=now())
    note_lost(fulfilment=second, at=now())
    first.refresh_from_db()
    assert (first.cash_due_minor, used(given)) == (149_99, 16_66)


def test_what_is_cancelled_expires_or_is_refused_is_free_in_the_budget_once(ready):
    given = running(ready, value=1_000)
    drafts = [begun(ready), placed(ready)]
    assert used(given) == 240_00
    for _ in range(2):
        expire_purchase(order=drafts[0], at=now() + dt.timedelta(days=2))
    cancelled = cancel_purchase(order=drafts[1], reason="不要了", by=ready.partner, at=now())
    assert (cancelled.status, cancelled.cancelled_minor, used(given)) == ("cancelled", 1_080_00, 0)
    part = at_station(ready, placed(ready))
    assert (part.cash_due_minor, part.price_minor, used(given)) == (1_080_00, 1_080_00, 120_00)
    note_not_taken(fulfilment=part, reason="changed_mind", at=now())
    for _ in range(2):
        take_back(fulfilment=part, at=now())
    part.order.refresh_from_db()
    assert (part.order.status, used(given), findings()) == ("cancelled", 0, [])
    assert {use.standing.minor for use in PromotionUse.objects.all()} == {0}


def test_promotions_are_held_before_stock_as_by_the_counter_that_begins_an_order_and_reserves(ready):
    running(ready, value=1_000)
    cancelled, refused, kept = placed(ready), at_station(ready, placed(ready)), bought(ready)
    note_not_taken(fulfilment=refused, reason="changed_mind", at=now())
    never_sent = packed(ready, placed(ready))
    found = approve_return(goods_return=requested(ready, kept), by=ready.clerk, at=now())
    found = at_centre(ready, found, condition="as_new")
    acts = [
        lambda: cancel_purchase(order=cancelled, reason="不要了", by=ready.partner, at=now()),
        lambda: take_back(fulfilment=refused, at=now()),
        lambda: note_lost(fulfilment=never_sent, at=now()),
        lambda: inspected(ready, found, condition="as_new"),
    ]
    assert [_held_first(act) for act in acts] == ["promotion"] * 4


def _held_first(act):
    with CaptureQueriesContext(connection) as queries:
        act()
    held = [query["sql"] for query in queries if _holds(query["sql"])]
    return "promotion" if 'FROM "orders_promotion"' in held[0] else "stock"


def _holds(sql):
    tables = ('FROM "orders_promotion"', 'FROM "orders_stocklevel"')
    return 'INTO "orders_stockmovement"' in sql or ("FOR NO KEY UPDATE" in sql and any(each in sql for each in tables))


def test_a_lost_parcel_is_not_borne_by_anybody(ready):
    given = running(ready, value=1_000)
    note_lost(fulfilment=at_station(ready, placed(ready)), at=now())
    assert (used(given), ready.holds(EXPENSE), findings()) == (0, 0, [])


def test_what_an_order_was_promised_stays_while_the_buyer_is_asked(ready):
    given = running(ready, value=1_000)
    order = asked(ready)
    end_promotion(promotion=given, reason="提前结束", by=given.decided_by, at=now())
    assert begun(ready).discount_minor == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=order).update(discount_minor=0)
    order = give_consent(order=order, code=code_of(order), by=ready.partner, at=now())
    assert (order.status, order.total_minor, order.discount_minor) == ("placed", 1_080_00, 120_00)
    part = handed_over(ready, at_station(ready, order))
    assert (part.order.due.minor, ready.holds(ready.till_key), ready.holds(EXPENSE)) == (0, 1_080_00, 120_00)


def test_a_supplier_that_bears_more_than_it_gets_never_pays_for_selling(ready):
    supplier = ready.washer.product.supplier
    running(ready, value=9_000, supplier=supplier, shares={"supplier": 10_000}, budget_minor=2_000_00)
    running(
        ready,
        code="NINETIETH",
        value=9_000,
        needs_coupon=True,
        supplier=supplier,
        shares={"supplier": 10_000},
        budget_minor=2_000_00,
    )
    part = bought(ready, coupon="ninetieth")
    assert (part.order.total_minor, PayableLine.objects.exists()) == (12_00, False)
    # Fees of 72.00 from a price of 12.00: the platform puts in 60.00, of which 18.00 are its own fee.
    assert [ready.holds(key) for key in (ready.own_key, REVENUE, EXPENSE, ready.funds_key)] == [43_20, 18_00, 60_00, 0]
    found = requested(ready, part, reason="wrong_item")
    assert (dropped(ready, found).refunded_minor, findings()) == (12_00, [])
    # Of expense there is left what the way back costs.
    keys = (ready.own_key, ready.supplier_key(), REVENUE, EXPENSE, ready.funds_key)
    assert [ready.holds(key) for key in keys] == [0, 0, 0, 5_00, 12_00]


def test_shares_are_half_up_and_the_platform_takes_the_remainder():
    assert borne(5, {"supplier": 5_000, "county": 5_000}) == {"county": 3, "supplier": 2}
    assert borne(100, {"supplier": 3_333, "county": 3_333, "platform": 3_334}) == {
        "county": 33,
        "supplier": 33,
        "platform": 34,
    }
    assert borne(1, {"supplier": 3_333, "county": 3_333, "platform": 3_334}) == {"platform": 1}
    assert borne(10, {"county": 3_333, "supplier": 6_667}) == {"county": 3, "supplier": 7}


def test_a_second_currency_is_rounded_by_its_own_smallest_unit(db):
    ready = shop(minor=1_235, currency="JPY")
    given = running(ready, value=1_000)
    order = begun(ready)
    assert (order.discount.currency, order.discount_minor, order.total_minor) == ("JPY", 124, 1_111)
    assert (used(given), str(given.left)) == (124, "99876")


def test_the_database_keeps_budget_limit_and_sums(ready):
    given = running(ready, value=1_000, budget_minor=240_00, per_villager_limit=2)
    orders = [begun(ready) for _ in range(3)]
    assert [order.discount_minor for order in orders] == [120_00, 120_00, 0]
    part = PromotionPart.objects.order_by("pk")[0]
    forbidden = {
        "used_promotion_is_the_sum_of_its_parts": lambda: Promotion.objects.filter(pk=given.pk).update(used_minor=0),
        "promotion_part_gives_back_at_most_its_amount": lambda: _give_back(part, part.amount_minor + 1),
        "promotion_used_never_exceeds_budget": lambda: _use(given, orders[2], 1),
    }
    for sentence, act in forbidden.items():
        with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
            act()
    _give_back(part, 1_00)
    with pytest.raises(IntegrityError, match="promotion_is_used_within_its_limit"), transaction.atomic():
        _use(given, orders[2], 1_00)
    expire_purchase(order=orders[0], at=now() + dt.timedelta(days=2))
    _use(given, orders[2], 120_00)
    end_promotion(promotion=given, reason="停", by=given.decided_by, at=now())
    with pytest.raises(IntegrityError, match="use_is_of_an_approved_promotion"), transaction.atomic():
        _use(given, begun(ready), 1)
    assert used(given) == 240_00


def _use(promotion, order, minor):
    use = PromotionUse.objects.create(promotion=promotion, order=order, currency=order.currency, used_at=now())
    PromotionPart.objects.create(use=use, order_line=order.lines.get(), party="platform", amount_minor=minor)


def _give_back(part, minor):
    PromotionPart.objects.filter(pk=part.pk).update(back_minor=minor)
