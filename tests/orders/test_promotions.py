"""Promotions of orders: which one is given, to the cent who bears it, and what comes back to its budget."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.money import Money
from finance import chart
from finance.models import Refund
from finance.settlement.audit import CHECKS
from orders.models import Order, OrderLine, Promotion, PromotionBearer, PromotionPart, PromotionUse
from orders.promotions.savings import borne
from orders.promotions.services import (
    BundleArticle,
    CodeTaken,
    CouponNeedsMore,
    CouponNotValid,
    PromotionImpossible,
    PromotionUsedUp,
    end_promotion,
    reject_promotion,
)
from orders.purchases.services import Item, OrderChanged, cancel_purchase, expire_purchase, give_consent
from tests.factories.goods import price, price_list, product, stocked, supplier, variant
from tests.factories.promotions import DAY, prepared, running, subsidy_key
from tests.factories.purchases import asked, at_station, begun, code_of, handed_over, placed, shop
from tests.factories.returns import bought, dropped, requested, rules
from tests.factories.stations import county_manager_of, finance_officer

EXPENSE, REVENUE = chart.platform("expense"), chart.platform("revenue")


@pytest.fixture
def ready(db):
    rules()
    return shop()


def used(promotion):
    promotion.refresh_from_db()
    return promotion.used_minor


def figures(order):
    order.refresh_from_db()
    return order.discount_minor, order.total_minor


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
    assert [ready.holds(key) for key in keys] == [1_098_00, 43_20, 10_80, 18_00, 50_00, -20_00]
    assert (ready.holds(ready.funds_key), used(given)) == (0, 100_00)
    found = requested(ready, part, reason="change_of_mind")
    assert (found.value_minor, found.status) == (1_100_00, "requested")
