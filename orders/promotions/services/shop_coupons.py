"""Coupons of farmers' shops: one of the sellers of a checkout takes something off, farmer and platform bear it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.crypto import blind_index, blind_indexes
from core.database.db import lock_all
from core.days import day_in
from core.errors import refuses
from core.money import Money, share
from finance.fees.services import Step
from orders.promotions.models import Promotion, PromotionBearer, ShopCouponUse
from orders.promotions.queries import coupon_called, promotions
from orders.promotions.savings import borne
from orders.promotions.services.choosing import CouponNeedsMore, CouponNotValid, PromotionUsedUp
from orders.shops.models import Shop, ShopCheckout, ShopOrder

_P = PromotionBearer.Party


@dataclass(frozen=True, slots=True)
class ShopSaving:
    """What a coupon takes off the goods of its shop, and what of that the farmer bears; in minor units."""

    promotion: Promotion
    minor: int
    seller_minor: int

    @property
    def amount(self) -> Money:
        """What it takes off."""
        return Money(self.minor, self.promotion.currency)


@refuses(CouponNotValid)
def hold_shop_coupon(*, coupon: str, shops: Sequence[Shop], at: dt.datetime) -> Promotion | None:
    """The coupon of this code that one of the shops gives now, held before their articles; None without a code.

    Refused: `coupon_not_valid`.
    """
    code = coupon_called(coupon)
    if not code:
        return None
    lock_all(Promotion.objects.filter(code=code, shop__in=[shop.pk for shop in shops]))
    return _found(code, shops, at=at)


@refuses(CouponNotValid, CouponNeedsMore, PromotionUsedUp)
def saving_in_shop(promotion: Promotion, goods: Mapping[UUID, int], *, phone: str) -> ShopSaving:
    """What a coupon takes off goods, by shop, in minor units; the caller holds it.

    Refused: `coupon_not_valid`, `promotion_used_up` (its budget, or the times of this phone).
    """
    saving = _saving(promotion, goods)
    used = ShopCouponUse.objects.filter(promotion=promotion, buyer__in=blind_indexes(phone))
    times = sum(1 for use in used if use.standing)
    if promotion.per_villager_limit is not None and times >= promotion.per_villager_limit:
        raise PromotionUsedUp(field="coupon")
    return saving


@refuses(CouponNotValid, CouponNeedsMore, PromotionUsedUp)
def shown_in_shop(
    *, coupon: str, shops: Sequence[Shop], goods: Mapping[UUID, int], at: dt.datetime
) -> ShopSaving | None:
    """The same for a page, as things stand, before the buyer says who buys: nothing is held."""
    code = coupon_called(coupon)
    return _saving(_found(code, shops, at=at), goods) if code else None


def record_coupon_use(order: ShopOrder, saving: ShopSaving, *, phone: str, at: dt.datetime) -> ShopCouponUse:
    """Store what it took off a new order; the database counts it within budget and limit."""
    return ShopCouponUse.objects.create(
        promotion=saving.promotion,
        order=order,
        amount_minor=saving.minor,
        seller_minor=saving.seller_minor,
        currency=order.currency,
        buyer=blind_index(phone),
        used_at=at,
    )


def give_back_coupon(orders: Sequence[ShopOrder]) -> None:
    """All of what these orders have used is free again; before their articles are held. The same changes nothing."""
    for use in _held_uses(orders):
        use.back_minor, use.seller_back_minor = use.amount_minor, use.seller_minor
        use.save(update_fields=["back_minor", "seller_back_minor", "updated_at"])


def give_back_coupon_part(order: ShopOrder, step: Step) -> Money:
    """The part of a coupon that belongs to goods that were bad is free again; what of it the platform had put in."""
    platform = Money(0, order.currency)
    for use in _held_uses([order]):
        back, sellers = step.of(use.amount_minor), step.of(use.seller_minor)
        use.back_minor += back
        use.seller_back_minor += min(sellers, back)
        use.save(update_fields=["back_minor", "seller_back_minor", "updated_at"])
        platform += Money(step.of(use.platforms_minor), order.currency)
    return platform


def forget_coupon_buyers(checkouts: Sequence[ShopCheckout]) -> None:
    """Nobody knows any more whose phone used a coupon."""
    ShopCouponUse.objects.filter(order__checkout__in=[each.pk for each in checkouts]).update(buyer=None)


def _held_uses(orders: Sequence[ShopOrder]) -> list[ShopCouponUse]:
    discounted = [order.pk for order in orders if order.discount_minor]
    if not discounted:
        return []
    used = ShopCouponUse.objects.filter(order__in=discounted)
    lock_all(Promotion.objects.filter(pk__in=used.values("promotion")))
    return lock_all(used)


@refuses(CouponNotValid)
def _found(code: str, shops: Sequence[Shop], *, at: dt.datetime) -> Promotion:
    by_id = {shop.pk: shop for shop in shops}
    found = promotions().filter(code=code, shop__in=by_id, status=Promotion.Status.APPROVED).first()
    if found is None or found.shop_id is None:
        raise CouponNotValid(field="coupon")
    today = day_in(by_id[found.shop_id].station.zone, at)
    if not found.from_date <= today < found.to_date:
        raise CouponNotValid(field="coupon")
    return found


@refuses(CouponNotValid, CouponNeedsMore, PromotionUsedUp)
def _saving(promotion: Promotion, goods: Mapping[UUID, int]) -> ShopSaving:
    shop, minor = promotion.shop, goods.get(promotion.shop_id, 0) if promotion.shop_id else 0
    if shop is None or not minor:
        raise CouponNotValid(field="coupon")
    if minor < promotion.min_goods_minor:
        raise CouponNeedsMore(field="coupon", least=promotion.min_goods.display())
    percent = promotion.percent_bp
    off = promotion.value if percent is None else share(minor, percent, rounding="half_up")
    shares = {bearer.party: bearer.share_bp for bearer in promotion.bearers.all()}
    sellers = borne(off, shares).get(_P.SELLER, 0)
    kept = sum(share(minor, part, rounding="half_up") for part in (shop.platform_bp, shop.pack_help_bp))
    if not 0 < off < minor or minor < kept + sellers:
        raise CouponNotValid(field="coupon")
    if off > promotion.left.minor:
        raise PromotionUsedUp(field="coupon")
    return ShopSaving(promotion, off, sellers)
