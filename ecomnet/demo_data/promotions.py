"""Promotions of the story's county in every state; residents of another of its villages have used them."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from core.days import day_in
from core.money import Money
from ecomnet.demo_data.stations import Cast, quiet_counter
from orders.catalog.models import Variant
from orders.models import Order, OrderConsent, Promotion
from orders.promotions import services
from orders.purchases.services import Item, cancel_purchase, request_consent, sign_consent, start_purchase
from stations.models import Person, Station, User

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


def load_promotions(cast: Cast, *, at: dt.datetime) -> None:
    """One for each state, prepared by a county's manager and decided by an officer of finance."""
    station = quiet_counter(cast)
    variants = {each.sku: each for each in Variant.objects.select_related("product__category")}
    coupon = _running(cast, station, at=at, code="CHUNGENG", value=1_000, needs_coupon=True, named="coupon")
    pair = [services.BundleArticle(variants[sku], 1) for sku in ("RICE-5", "POWDER-2")]
    _running(*(cast, station), at=at, code="MIYOU5", kind="bundle", value=3_00, articles=pair, named="bundle")
    over = _running(cast, station, at=at, code="QIUSHOU", value=500, needs_coupon=True, named="over")
    services.end_promotion(promotion=over, reason="秋收结束了", by=cast.officers[0], at=at - DAY)
    _prepared(cast, station, at=at, code="NIANHUO", kind="farmer_discount", value=800, named="waiting")
    refused = _prepared(cast, station, at=at, code="DAZHE50", value=5_000, named="refused")
    services.reject_promotion(promotion=refused, reason="优惠太大，预算不够", by=cast.officers[0], at=at - 2 * DAY)
    both = [Item(variants["RICE-5"], 1), Item(variants["POWDER-2"], 1)]
    _use(station, cast, [Item(variants["KETTLE-17"], 1)], coupon=coupon.code, bundle=both, at=at)


_NAMES: dict[str, dict[str, str]] = {
    "coupon": {"name": "Spring sowing coupon", "name_zh": "春耕优惠码"},
    "bundle": {"name": "Rice and washing powder together", "name_zh": "米和洗衣粉一起买"},
    "over": {"name": "Harvest", "name_zh": "秋收优惠"},
    "waiting": {"name": "New year for farmers", "name_zh": "农户年货优惠"},
    "refused": {"name": "Half price", "name_zh": "全场半价"},
}


def _prepared(cast: Cast, station: Station, *, at: dt.datetime, named: str, **values: Any) -> Promotion:
    today = day_in(station.zone, at)
    terms = services.Terms(
        **{
            "kind": Promotion.Kind.PERCENT,
            "budget": Money(2_000_00, station.currency),
            "shares": {"platform": 5_000, "county": 5_000},
            "from_date": today - 20 * DAY,
            "to_date": today + 40 * DAY,
            **values,
        }
    )
    return services.prepare_promotion(
        terms=terms,
        **_NAMES[named],
        county=station.county,
        by=cast.managers[station.county_id],
        at=at - 21 * DAY,
        key=values["code"],
    )


def _running(cast: Cast, station: Station, *, at: dt.datetime, **values: Any) -> Promotion:
    made = _prepared(cast, station, at=at, **values)
    services.agree_to_promotion(promotion=made, by=cast.managers[station.county_id], at=at - 20 * DAY)
    return services.approve_promotion(promotion=made, by=cast.officers[0], at=at - 20 * DAY)


def _use(station: Station, cast: Cast, kettle: list[Item], *, coupon: str, bundle: list[Item], at: dt.datetime) -> None:
    partner = cast.partners[station.pk]
    people = itertools.cycle(list(Person.objects.living().filter(home_station=station).order_by("-pk")[:6]))
    for number in range(3):
        _placed(station, kettle, people, partner, coupon=coupon, at=at - (number + 1) * 3 * 60 * MINUTE)
    _placed(station, bundle, people, partner, at=at - 30 * MINUTE)
    gone = _placed(station, kettle, people, partner, coupon=coupon, at=at - 2 * 60 * MINUTE)
    cancel_purchase(order=gone, reason="买重了", by=partner, at=at - 60 * MINUTE)


def _placed(
    station: Station, items: list[Item], people: Iterator[Person], partner: User, *, coupon: str = "", at: dt.datetime
) -> Order:
    """An order whose buyer has signed before a neighbour."""
    order = start_purchase(
        station=station,
        items=items,
        pay_method=Order.PayMethod.STATION_CASH,
        villager=next(people),
        coupon=coupon,
        by=partner,
        at=at,
        key=str(uuid5(NAMESPACE_URL, f"promotion {station.code} {at.isoformat()}")),
    )
    order = request_consent(order=order, kind=OrderConsent.Kind.PRINTED_SLIP, by=partner, at=at)
    return sign_consent(order=order, witness=next(people), by=partner, at=at + MINUTE)
