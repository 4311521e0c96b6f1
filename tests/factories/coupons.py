"""Coupons of farmers' shops that hold, made by the services that make them in the field."""

import re
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.days import day_in
from core.models import Notice
from core.money import Money
from core.notices.services import message_of
from orders.models import Promotion, Shop
from orders.promotions.services import Terms, agree_coupon, approve_promotion, prepare_promotion, send_coupon_code
from stations.models import PhoneCode
from tests.factories.promotions import DAY
from tests.factories.shops import Village
from tests.factories.stations import finance_officer

#: Ten off, one half each of farmer and platform: example C.
HALVES = {"seller": 5_000, "platform": 5_000}


def terms(ready: Village, of: Shop, **values: Any) -> Terms:
    """Ten off honey of more than 100.00, in a month around today."""
    today, currency = day_in(ready.station.zone, now()), of.currency
    usual: dict[str, Any] = {
        "code": "HONEY10",
        "kind": "amount",
        "value": 10_00,
        "budget": Money(values.pop("budget_minor", 1_000_00), currency),
        "min_goods": Money(values.pop("min_goods_minor", 20_00), currency),
        "shares": HALVES,
        "shop": of,
        "needs_coupon": True,
        "from_date": today - 10 * DAY,
        "to_date": today + 20 * DAY,
    }
    return Terms(**{**usual, **values})


def prepared(ready: Village, of: Shop, **values: Any) -> Promotion:
    """A coupon that waits for the word of the farmer."""
    county = values.pop("county", ready.station.county)
    return prepare_promotion(
        terms=terms(ready, of, **values),
        name="Ten off honey",
        name_zh="蜂蜜立减",
        county=county,
        by=ready.manager,
        at=now(),
        key=uuid4().hex,
    )


def code_for(ready: Village, promotion: Promotion) -> str:
    """The code that the farmer of its shop has received."""
    send_coupon_code(promotion=promotion, by=ready.partner, at=now())
    sent = PhoneCode.objects.filter(purpose="coupon").latest("pk")
    text = message_of(Notice.objects.get(dedupe_key=f"phone-code:{sent.pk}").our_ref)["text"]
    return re.findall(r"(?<!\d)\d{6}(?!\d)", text)[0]


def agreed(ready: Village, promotion: Promotion) -> Promotion:
    """The farmer has agreed to bear a share."""
    code = code_for(ready, promotion)
    return agree_coupon(promotion=promotion, code=code, by=ready.partner, at=now())


def held(ready: Village, shop: Shop, **values: Any) -> Promotion:
    """A coupon that buyers can use."""
    made = agreed(ready, prepared(ready, shop, **values))
    return approve_promotion(promotion=made, by=finance_officer(), at=now())
