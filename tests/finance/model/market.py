"""What goods and fruit need beside the counter: a warehouse with prices, rules of returns, a crop and its buyer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from orders.models import CodPolicy
from stations.models import Station
from tests.factories import purchases
from tests.factories.finance import LONG_AGO_DATE, switch_on
from tests.factories.goods import price, price_list, product, stocked, variant, warehouse_for
from tests.factories.people import resident
from tests.factories.produce import Orchard, buyer_called, crop_of_apples, deductions
from tests.factories.promotions import running
from tests.factories.purchases import CEILINGS
from tests.factories.returns import rules
from tests.finance.model.lands import DAY

if TYPE_CHECKING:
    from tests.finance.model.house import House

#: One piece; a tenth is taken off an order of two or more, which the platform bears.
PRICE, OFF_BP, OFF_FROM = 33_30, 1_000, 60_00
#: What the counter gives back at once, and what the way back costs.
AT_ONCE_MOST, LEG = 60_00, 5_00
SUPPLIER, VAN, ROUTE = "supplier:mill", "carrier:county-van", "carrier:route-3"
BUYER, PASSED_ON = "clearing:buyer-nanjing", "clearing:sold-produce"


@dataclass
class Market:
    """Both stations sell the same goods of one warehouse, and each has a farmer whose apples one buyer takes."""

    counters: list[purchases.Shop]
    orchards: list[Orchard]


@transaction.atomic
def market_of(house: "House") -> Market:
    """Set up once for a system, for all sequences that ask for it."""
    for shop in house.shops:
        switch_on(shop.station, "goods_order")
        switch_on(shop.station, "produce_intake")
    counters = _counters(house)
    day = house.begins_at.date()
    about = {"value": OFF_BP, "min_goods_minor": OFF_FROM, "budget_minor": 100_000_00}
    running(counters[0], from_date=day - DAY, to_date=day + 300 * DAY, **about)
    return Market(counters, _orchards(house))


def _counters(house: "House") -> list[purchases.Shop]:
    currency = house.home.currency
    pan = variant(product("铁锅", "Iron pan"))
    price(pan, PRICE, price_list(currency=currency))
    level = stocked(pan, warehouse_for(house.shops[0].station), 100_000)
    CodPolicy.objects.create(currency=currency, from_date=LONG_AGO_DATE, **CEILINGS)
    rules(currency=currency, ceiling=AT_ONCE_MOST, leg=LEG)
    return [
        purchases.Shop(shop.station, shop.partner, clerk=house.clerk, buyer=house.payer, washer=pan, level=level)
        for shop in house.shops
    ]


def _orchards(house: "House") -> list[Orchard]:
    crop, first, second = crop_of_apples()
    deductions(house.home.currency)
    buyer = buyer_called("nanjing", country=house.home.country, currency=house.home.currency)
    centre: Station = house.centre
    return [
        Orchard(
            shop.station,
            shop.partner,
            clerk=house.clerk,
            manager=house.manager,
            farmer=resident(name, shop.station, by=shop.partner),
            centre=centre,
            crop=crop,
            first=first,
            second=second,
            buyer=buyer,
        )
        for shop, name in zip(house.shops, ("钱大果", "孙二果"), strict=True)
    ]
