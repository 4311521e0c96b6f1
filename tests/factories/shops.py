"""Farmers' shops that are open, and orders of buyers in the city, made by the services that make them in the field."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.files.models import StoredFile
from core.models import Notice
from core.notices.services import message_of
from finance import chart
from orders.models import Shop, ShopArticle, ShopCheckout, ShopOrder, ShopPolicy
from orders.shops import services
from stations.models import Person, User
from tests.factories.finance import LONG_AGO_DATE, Desk, desk, gateway, payer_at
from tests.factories.payment_links import gateway_says
from tests.factories.people import resident
from tests.factories.stations import county_manager_of

PHONE = "+8613700137000"
ADDRESS = "上海市徐汇区漕溪路 12 号 301"


@dataclass
class Village(Desk):
    """A station whose farmer has a shop that is open, with boxes of apples."""

    manager: User
    farmer: Person
    shop: Shop
    apples: ShopArticle

    @property
    def farmer_key(self) -> chart.AccountKey:
        return chart.farmer(self.farmer.pk)


def policy(currency: str = "CNY", **values: Any) -> ShopPolicy:
    """Example C: 3 % for the platform, 5 % for packing, delivery for 12.00."""
    about = {"freight_minor": 12_00, "carrier": "ems", "from_date": LONG_AGO_DATE, "currency": currency}
    about["instant_claim_minor"] = 200_00
    return ShopPolicy.objects.create(**about | values)


def prepared(ready: Desk, farmer: Person, *, at: dt.datetime | None = None, **values: Any) -> Shop:
    """A shop that nobody has agreed to yet."""
    names = {"name": "Shen family orchard", "name_zh": "沈家果园", "story": "No ripening.", "story_zh": "不催红。"}
    made = {"station": ready.station, "owner": farmer, "by": ready.partner, "at": at or now(), "key": uuid4().hex}
    return services.open_shop(**{**names, **made, **values})


def article(
    ready: Desk, shop: Shop, *, stock: int = 10, price_minor: int = 54_80, photo: StoredFile | None = None
) -> ShopArticle:
    """Boxes of apples."""
    return services.add_article(
        shop=shop,
        name="Fuji apples, 5 kg",
        name_zh="红富士苹果 10 斤",
        price_minor=price_minor,
        weight_g=5_500,
        stock=stock,
        photo=photo,
        by=ready.partner,
        at=now(),
        key=uuid4().hex,
    )


def code_of(shop: Shop) -> str:
    """The code that the farmer received last."""
    shop.refresh_from_db()
    notice = Notice.objects.get(dedupe_key=f"shop_code:{shop.pk}:{shop.code_count}")
    return re.findall(r"(?<!\d)\d{6}(?!\d)", message_of(notice.our_ref)["text"])[0]


def opened(ready: Desk, shop: Shop, manager: User, *, at: dt.datetime | None = None) -> Shop:
    """The farmer has agreed, and the county has approved."""
    at = at or now()
    services.ask_shop_owner(shop=shop, by=ready.partner, at=at)
    services.submit_shop(shop=shop, code=code_of(shop), by=ready.partner, at=at)
    return services.approve_shop(shop=shop, by=manager, at=at)


def village(*, stock: int = 10, price_minor: int = 54_80, currency: str = "CNY", **station: Any) -> Village:
    """A station with a partner under contract, and a farmer's shop that is open."""
    ready = desk(mode="postpaid", currency=currency, **station)
    if currency == "CNY":
        gateway()
    policy(currency)
    manager, farmer = county_manager_of(ready.station.county), payer_at(ready)
    shop = prepared(ready, farmer)
    apples = article(ready, shop, stock=stock, price_minor=price_minor)
    shop = opened(ready, shop, manager)
    return Village(ready.station, ready.partner, manager=manager, farmer=farmer, shop=shop, apples=apples)


def neighbour(ready: Village, *, stock: int = 10, price_minor: int = 128_00) -> ShopArticle:
    """What another farmer of the same station sells."""
    farmer = resident("李四", ready.station, by=ready.partner)
    Person.objects.filter(pk=farmer.pk).update(phone="+8613912345699", phone_verified_at=now())
    farmer.refresh_from_db()
    shop = prepared(ready, farmer, name="Li family honey", name_zh="李家蜂蜜")
    honey = article(ready, shop, stock=stock, price_minor=price_minor)
    opened(ready, shop, ready.manager)
    return honey


def checked_out(ready: Village, *wanted: tuple[ShopArticle, int], **values: Any) -> ShopCheckout:
    """A buyer in the city has pressed "Pay"."""
    phone, network = values.pop("phone", PHONE), values.pop("network", "")
    buyer = services.Buyer(name="王小明", phone=phone, address=ADDRESS, language="zh-hans", network=network)
    rows = [services.Wanted(article, quantity) for article, quantity in wanted or [(ready.apples, 1)]]
    made = {"wanted": rows, "buyer": buyer, "expected": None, "at": now(), "key": uuid4().hex}
    return services.check_out(**{**made, **values})


def paid(ready: Village, *wanted: tuple[ShopArticle, int], **values: Any) -> list[ShopOrder]:
    """The gateway has the money; the orders of the checkout, by seller."""
    checkout = checked_out(ready, *wanted, **values)
    assert checkout.payment is not None
    gateway_says(checkout.payment, "succeeded", at=values.get("at"))
    return list(ShopOrder.objects.filter(checkout=checkout).order_by("number"))


def sent(ready: Village, order: ShopOrder, *, at: dt.datetime | None = None) -> ShopOrder:
    """Packed, and handed to the carrier."""
    services.pack_shop_order(order=order, by=ready.partner, at=at or now())
    return services.send_shop_order(
        order=order, courier="邮政快递", tracking_number="98765432", by=ready.partner, at=at or now()
    )
