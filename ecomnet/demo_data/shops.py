"""Farmers' shops at the story's station, and what buyers in the city have ordered of them."""

import datetime as dt
import itertools
from uuid import NAMESPACE_URL, uuid5

from core.database.db import present
from core.days import day_in
from core.gateways.models import Instruction
from core.gateways.services import record_result
from core.jobs.models import Job
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.pictures import box_of_fruit
from ecomnet.demo_data.stations import STORY, Cast
from orders.models import Promotion, Shop, ShopArticle, ShopCheckout, ShopClaim, ShopOrder, ShopPolicy
from orders.promotions import services as promotions
from orders.shops import services
from stations.models import Person, Station

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
#: Name, address and phone of buyers in the city.
BUYERS = (
    ("王小明", "上海市徐汇区漕溪路 12 号 301 室", "+8613700137001"),
    ("陈静", "江苏省南京市鼓楼区中山北路 88 号 2 单元 502", "+8613700137002"),
    ("刘洋", "浙江省杭州市西湖区文三路 199 号", "+8613700137003"),
)
ABOUT_ZH = "树是 2011 年栽的，一共 320 棵，不催红。早上摘，下午就在村站过秤装箱，第二天上车。"
ABOUT = (
    "I planted the trees in 2011, 320 of them. No artificial ripening. We pick in the morning, weigh and pack at the "
    "village station in the afternoon, and it leaves the next day."
)


class Market:
    """The farmers of one station, and what is sold for them."""

    def __init__(self, station: Station, cast: Cast, *, at: dt.datetime):
        self.station, self.at = station, at
        self.partner, self.manager = cast.partners[station.pk], cast.managers[station.county_id]
        self.clerk, self.officer = cast.clerks[station.county_id], cast.officers[0]
        people = Person.objects.living().filter(home_station=station).exclude(phone="").order_by("-pk")
        self.people = list(people[:30])
        self.farmers = iter(self.people)
        self.numbers, self.buyers = itertools.count(1), itertools.cycle(BUYERS)

    def key(self) -> str:
        """The next key of a press."""
        return str(uuid5(NAMESPACE_URL, f"shops {self.station.code} {next(self.numbers)}"))

    def prepared(self, name: str, name_zh: str, story: str = "", story_zh: str = "") -> Shop:
        """A shop that its farmer has not agreed to."""
        return services.open_shop(
            station=self.station,
            owner=next(self.farmers),
            name=name,
            name_zh=name_zh,
            story=story,
            story_zh=story_zh,
            by=self.partner,
            at=self.at - 30 * DAY,
            key=self.key(),
        )

    def submitted(self, shop: Shop) -> Shop:
        """The same, signed before a neighbour."""
        witness = next(person for person in self.people if person.pk != shop.owner_id)
        return services.submit_signed_shop(shop=shop, witness=witness, by=self.partner, at=self.at - 29 * DAY)

    def open(self, shop: Shop) -> Shop:
        """The same, open to the city."""
        return services.approve_shop(shop=self.submitted(shop), by=self.manager, at=self.at - 28 * DAY)

    def article(self, shop: Shop, names: tuple[str, str], minor: int, stock: int, colour: str = "") -> ShopArticle:
        """Something that is sold; with a colour it has a picture."""
        return services.add_article(
            shop=shop,
            name=names[0],
            name_zh=names[1],
            price_minor=minor,
            weight_g=5_500,
            stock=stock,
            photo=box_of_fruit(colour, by=self.partner.pk, at=self.at - 30 * DAY) if colour else None,
            by=self.partner,
            at=self.at - 30 * DAY,
            key=self.key(),
        )

    def ordered(self, *wanted: tuple[ShopArticle, int], back: dt.timedelta, coupon: str = "") -> ShopCheckout:
        """A buyer has pressed "Pay" so long ago."""
        name, address, phone = next(self.buyers)
        checkout = services.check_out(
            wanted=[services.Wanted(article, quantity) for article, quantity in wanted],
            buyer=services.Buyer(name=name, phone=phone, address=address, language="zh-hans"),
            expected=None,
            at=self.at - back,
            key=self.key(),
            coupon=coupon,
        )
        pk = present(checkout.payment_id)
        Job.objects.filter(dedupe_key=f"submit:{pk}").delete()
        sent = {"state": Instruction.State.SENT, "sent_at": self.at - back, "attempts": 1}
        Instruction.objects.filter(pk=pk).update(**sent)
        return checkout

    def paid(self, *wanted: tuple[ShopArticle, int], back: dt.timedelta, coupon: str = "") -> list[ShopOrder]:
        """The gateway has the money, a few minutes later."""
        checkout, moment = self.ordered(*wanted, back=back, coupon=coupon), self.at - back + 3 * MINUTE
        instruction = Instruction.objects.select_related("provider").get(pk=present(checkout.payment_id))
        said = {
            "our_ref": str(instruction.pk),
            "kind": "collection",
            "status": "succeeded",
            "provider_ref": f"E{str(instruction.pk)[-8:]}",
            "amount": str(checkout.total),
            "currency": checkout.currency,
            "code": None,
        }
        record_result(
            provider=instruction.provider, our_ref=said["our_ref"] or "", data=said, source="callback", at=moment
        )
        services.note_paid(checkout=checkout, at=moment)
        return list(ShopOrder.objects.filter(checkout=checkout).select_related("checkout").order_by("number"))

    def packed(self, order: ShopOrder, *, back: dt.timedelta) -> ShopOrder:
        """In its box."""
        return services.pack_shop_order(order=order, by=self.partner, at=self.at - back)

    def sent(self, order: ShopOrder, *, back: dt.timedelta) -> ShopOrder:
        """With the carrier."""
        return services.send_shop_order(
            order=self.packed(order, back=back),
            courier="邮政快递",
            tracking_number=f"98{order.pk.int % 10**11:011}",
            by=self.partner,
            at=self.at - back + 2 * HOUR,
        )

    def coupon(self, shop: Shop, code: str, names: tuple[str, str], minor: int) -> Promotion:
        """So much off goods of ten times as much; it waits for the word of the farmer, who bears one half."""
        currency, today = shop.currency, day_in(self.station.zone, self.at)
        terms = promotions.Terms(
            code=code,
            kind=Promotion.Kind.AMOUNT,
            value=minor,
            budget=Money(50 * minor, currency),
            min_goods=Money(10 * minor, currency),
            shares={"seller": 5_000, "platform": 5_000},
            shop=shop,
            needs_coupon=True,
            from_date=today - 10 * DAY,
            to_date=today + 50 * DAY,
        )
        return promotions.prepare_promotion(
            terms=terms,
            name=names[0],
            name_zh=names[1],
            county=self.station.county,
            by=self.manager,
            at=self.at - 10 * DAY,
            key=self.key(),
        )

    def agreed(self, coupon: Promotion) -> Promotion:
        """The farmer has signed for it before a neighbour."""
        witness = next(person for person in self.people if person.pk != present(coupon.shop).owner_id)
        return promotions.agree_coupon(promotion=coupon, witness=witness, by=self.partner, at=self.at - 9 * DAY)


def load_shops(cast: Cast, *, at: dt.datetime) -> None:
    """Rules, two shops that are open and two that are not, and orders in each state."""
    since = day_of(at - 400 * DAY)
    rules = {"from_date": since, "freight_minor": 12_00, "carrier": "ems", "instant_claim_minor": 200_00}
    ShopPolicy.objects.get_or_create(currency="CNY", division=None, defaults=rules)
    story = next(station for station in cast.stations if station.code == STORY)
    market = Market(story, cast, at=at)
    orchard = market.prepared("Family orchard", "自家果园", ABOUT, ABOUT_ZH)
    apples = market.article(orchard, ("Fuji apples, 5 kg", "红富士苹果 10 斤"), 54_80, 40, "#c0392b")
    pears = market.article(orchard, ("Pears, 5 kg", "酥梨 10 斤"), 46_00, 12, "#c9b458")
    market.article(orchard, ("Dried persimmons, 1 kg", "柿饼 2 斤"), 38_00, 0)
    market.open(orchard)
    bees = market.prepared("Honey from the ridge", "岭上蜂蜜")
    honey = market.article(bees, ("Acacia honey, 1 kg", "洋槐蜜 2 斤"), 128_00, 20, "#d9a441")
    market.open(bees)
    waiting = market.prepared("Rice of the east field", "东田大米")
    market.article(waiting, ("Rice, 5 kg", "新米 10 斤"), 49_00, 60)
    market.submitted(waiting)
    market.prepared("Eggs of free hens", "散养鸡蛋")
    _load_orders(market, apples, pears, honey)
    _load_coupons(market, orchard, bees, honey)


def _load_coupons(market: Market, orchard: Shop, bees: Shop, honey: ShopArticle) -> None:
    """One waits for the farmer, one for its approval; of one that holds an order was sent and one is to be packed."""
    market.coupon(orchard, "PINGGUO5", ("Five off apples", "苹果立减"), 5_00)
    market.agreed(market.coupon(bees, "FENGMI20", ("Twenty off much honey", "多买蜂蜜立减"), 20_00))
    held = market.agreed(market.coupon(bees, "FENGMI10", ("Ten off honey", "蜂蜜立减"), 10_00))
    promotions.approve_promotion(promotion=held, by=market.officer, at=market.at - 8 * DAY)
    (order,) = market.paid((honey, 1), back=3 * DAY, coupon=held.code)
    market.sent(order, back=2 * DAY)
    market.paid((honey, 1), back=4 * HOUR, coupon=held.code)


def _load_claims(market: Market, honey: ShopArticle) -> None:
    """What arrived bad: one for the county, one that the station gave in to, one that was refused."""
    said = (
        (ShopClaim.Reason.SPOILED, "有一瓶漏了，箱子里都是蜜", 128_00),
        (ShopClaim.Reason.DAMAGED, "瓶盖裂了一道口", 30_00),
        (ShopClaim.Reason.POOR, "颜色比照片深", 60_00),
    )
    for number, (reason, words, minor) in enumerate(said):
        (order,) = market.paid((honey, 1), back=6 * DAY)
        order = market.sent(order, back=5 * DAY)
        order = services.deliver_shop_order(order=order, by=None, at=market.at - 6 * HOUR)
        services.raise_claim(
            order=order,
            reason=reason,
            words=words,
            amount=Money(minor, order.currency),
            photos=[box_of_fruit("#8a5a2b", by=None, at=market.at - 30 * DAY)],
            at=market.at - 5 * HOUR,
            key=market.key(),
        )
        if number == 1:
            services.concede_claim(order=order, by=market.partner, at=market.at - 2 * HOUR)
            refund = present(order.checkout.payment).refunds.get()
            Job.objects.filter(dedupe_key=f"refund:{refund.pk}").delete()
        elif number == 2:
            reason_zh = "蜜的颜色每年不一样，页面上写明了"
            services.refuse_claim(order=order, reason=reason_zh, by=market.clerk, at=market.at - HOUR)


def _load_orders(market: Market, apples: ShopArticle, pears: ShopArticle, honey: ShopArticle) -> None:
    for order in market.paid((apples, 2), (honey, 1), back=9 * DAY):
        market.sent(order, back=8 * DAY)
        services.deliver_shop_order(order=order, by=None, at=market.at)
    _load_claims(market, honey)
    (way,) = market.paid((pears, 1), back=3 * DAY)
    market.sent(way, back=2 * DAY)
    (boxed,) = market.paid((honey, 2), back=DAY)
    market.packed(boxed, back=5 * HOUR)
    (cancelled,) = market.paid((pears, 2), back=20 * HOUR)
    services.cancel_shop_order(order=cancelled, reason="梨被冰雹打伤", by=market.partner, at=market.at - HOUR)
    refund = present(cancelled.checkout.payment).refunds.get()
    Job.objects.filter(dedupe_key=f"refund:{refund.pk}").delete()
    market.paid((apples, 1), back=6 * HOUR)
    market.paid((apples, 3), (honey, 1), back=2 * HOUR)
    market.ordered((apples, 1), back=5 * MINUTE)
