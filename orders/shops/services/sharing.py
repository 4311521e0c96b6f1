"""Everybody's part of what was delivered."""

import datetime as dt
from typing import Any

from core.errors import refused_by, refuses
from core.money import Money
from finance import chart
from finance.chart import AccountKey
from finance.settlement.services import accrue_payable, keep_part, put_in
from orders.shops.models import ShopOrder
from stations.recruitment.queries import terms_at

EVENT = "shop_order"


@refuses(*refused_by(accrue_payable))
def share_out(order: ShopOrder, *, at: dt.datetime) -> None:
    """customer_funds -> farmer, partner and carrier, paid once nobody can complain any more; -> revenue.

    What the platform bears of a coupon it puts in first; the farmer's share of it the farmer gets less.

    The money is that of the station where it was taken; the partner is that of the seller's station. Without a partner
    the part for packing stays with the platform.
    """
    station, country = order.shop.station, order.shop.station.county.country
    partner = terms_at(station, acted_by=order.shop.opened_by).partner
    farmer, carrier = chart.farmer(order.shop.owner_id), chart.carrier(order.carrier)
    funds = chart.customer_funds(order.checkout.station)
    parts: dict[AccountKey, Money] = {farmer: order.net, carrier: order.freight}
    own = order.platform
    if partner is None:
        own += order.pack_help
    else:
        parts[chart.commission_of_user(partner)] = order.pack_help
    opened = chart.open_all([*parts, funds], country=country, currency=order.currency, at=at)
    about: dict[str, Any] = {"order": order.number, "goods_minor": order.goods_minor}
    if order.platforms_discount.minor:
        event, reason = f"{order.pk}:coupon", "share of a coupon"
        put_in(event_id=event, target=opened[funds], amount=order.platforms_discount, reason=reason, at=at)
    for key, amount in parts.items():
        if amount.minor:
            accrue_payable(
                event_type=EVENT,
                event_id=str(order.pk),
                account=opened[key],
                amount=amount,
                source=opened[funds],
                eligible_at=order.claim_until_at or at,
                explanation=about,
                station=station,
                at=at,
            )
    if own.minor:
        keep_part(event_id=str(order.pk), source=opened[funds], amount=own, reason="shop order delivered", at=at)
