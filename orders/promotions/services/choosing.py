"""Which promotions an order gets: the best that needs no coupon, and at most one with its coupon, on what is left."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.database.prepared_statements import fetch_prepared
from core.errors import Refused, refuses
from orders.promotions.models import Promotion
from orders.promotions.queries import coupon_called, is_farmer, promotions_at, promotions_here, times_used
from orders.promotions.savings import Goods, Saving, saving_of
from stations.network.models import Station
from stations.people.models import Person


class CouponNotValid(Refused):
    """No coupon of this code takes anything off these goods, here and now, for this buyer."""

    code = "coupon_not_valid"
    status = 422
    message = _("This coupon is not valid here now, or not for these goods or this buyer.")


class CouponNeedsMore(CouponNotValid):
    """The goods that it applies to cost too little."""

    message = _("This coupon is for goods of %(least)s or more.")


class PromotionUsedUp(Refused):
    """The budget does not hold this saving any more, or this buyer has used it as often as anybody may."""

    code = "promotion_used_up"
    message = _("This coupon is used up: its budget, or its number of times for each resident.")


@refuses(CouponNotValid, CouponNeedsMore, PromotionUsedUp)
def choose_savings(
    *, station: Station, goods: Sequence[Goods], villager: Person | None, coupon: str, at: dt.datetime
) -> list[Saving]:
    """What promotions take off an order that is begun now; those are held until its transaction ends.

    They are chosen as things stand, and held if they still hold so much: orders wait for each other only from here on,
    and for what both get. What somebody else has just used up is chosen anew, with all that could apply held.
    Refused: `coupon_not_valid`, `promotion_used_up` (an automatic promotion is left out instead).
    """
    code = coupon_called(coupon)
    chosen = _chosen(promotions_here(station, coupon=code, at=at), goods, villager, code, at=at)
    if not chosen or _hold(chosen, villager):
        return chosen
    found = lock_all(promotions_at(station, coupon=code, at=at))
    return _chosen(found, goods, villager, code, at=at)


@refuses(CouponNotValid, CouponNeedsMore, PromotionUsedUp)
def shown_savings(
    *, station: Station, goods: Sequence[Goods], villager: Person | None, coupon: str, at: dt.datetime
) -> list[Saving]:
    """The same for a page, as things stand: nothing is held. Refused: `coupon_not_valid`, `promotion_used_up`."""
    code = coupon_called(coupon)
    return _chosen(promotions_here(station, coupon=code, at=at), goods, villager, code, at=at)


def _hold(savings: Sequence[Saving], villager: Person | None) -> bool:
    """Hold the promotions of these savings until the transaction ends, or none of them where one is used up."""
    promotions = [saving.promotion.pk for saving in savings]
    minors = [saving.minor for saving in savings]
    ((is_held,),) = fetch_prepared(_HOLD, [promotions, minors, villager.pk if villager else None])
    return is_held


_HOLD = "SELECT orders_hold_promotions(%s::uuid[], %s::bigint[], %s::uuid)"


def _chosen(
    found: list[Promotion], goods: Sequence[Goods], villager: Person | None, code: str, *, at: dt.datetime
) -> list[Saving]:
    prefetch_related_objects([each for each in found if each.kind == Promotion.Kind.BUNDLE], "articles")
    buyer = _Buyer(villager, found, at=at)
    left = [each.minor for each in goods]
    chosen = []
    automatic = [saving_of(each, goods, left) for each in found if not each.needs_coupon and buyer.may_use(each)]
    best = min((saving for saving in automatic if saving and _fits(saving)), key=_best_first, default=None)
    if best is not None:
        chosen.append(best)
        left = [minor - taken for minor, taken in zip(left, best.by_line, strict=True)]
    if code:
        chosen.append(_with_coupon(next((each for each in found if each.needs_coupon), None), goods, left, buyer))
    return chosen


def _best_first(saving: Saving) -> tuple[int, int, str]:
    """The most for the buyer; of equal ones the higher priority, then the code."""
    return -saving.minor, -saving.promotion.priority, saving.promotion.code


def _fits(saving: Saving) -> bool:
    return saving.minor <= saving.promotion.left.minor


def _with_coupon(promotion: Promotion | None, goods: Sequence[Goods], left: list[int], buyer: "_Buyer") -> Saving:
    if promotion is None or not buyer.is_meant_by(promotion):
        raise CouponNotValid(field="coupon")
    saving = saving_of(promotion, goods, left)
    if saving is None:
        if promotion.min_goods_minor > sum(each.minor for each in goods):
            raise CouponNeedsMore(field="coupon", least=promotion.min_goods.display())
        raise CouponNotValid(field="coupon")
    if not _fits(saving) or not buyer.has_times_left(promotion):
        raise PromotionUsedUp(field="coupon")
    return saving


class _Buyer:
    """Whom a promotion is meant for, and how often they may still use it.

    Without a file nobody can be counted, and nobody is known as a farmer.
    """

    def __init__(self, villager: Person | None, found: list[Promotion], *, at: dt.datetime) -> None:
        for_farmers = any(each.audience == Promotion.Audience.FARMER for each in found)
        limited = [each for each in found if each.per_villager_limit]
        self.is_known = villager is not None
        self.is_farmer = bool(villager and for_farmers and is_farmer(villager, at=at))
        self.times: Counter[UUID] = times_used(limited, villager) if villager and limited else Counter()

    def is_meant_by(self, promotion: Promotion) -> bool:
        """Whether its audience is this buyer's."""
        if promotion.per_villager_limit and not self.is_known:
            return False
        return promotion.audience == Promotion.Audience.RETAIL or self.is_farmer

    def has_times_left(self, promotion: Promotion) -> bool:
        """Whether a resident may use it once more."""
        return promotion.per_villager_limit is None or self.times[promotion.pk] < promotion.per_villager_limit

    def may_use(self, promotion: Promotion) -> bool:
        """Both."""
        return self.is_meant_by(promotion) and self.has_times_left(promotion)
