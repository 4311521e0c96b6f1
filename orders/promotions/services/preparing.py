"""A promotion is prepared: what it takes off, where, when and for whom, its budget, and who bears it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.days import earliest_day
from core.errors import Refused, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.money import BASIS_POINTS, Money
from orders.catalog.models import Category, Supplier, Variant
from orders.promotions.models import Promotion, PromotionArticle, PromotionBearer
from orders.promotions.models.promotions import MOST_BP
from orders.promotions.queries import coupon_called
from orders.shops.models import Shop
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.places.models import Division

#: Days of one promotion at most: what runs longer is a price.
LONGEST_DAYS = 366
#: Minor units of a budget; its column holds a thousand times as many.
MOST_MINOR = 10**15


class PromotionImpossible(Refused):
    """A promotion that could never be given, or would cost what nobody has agreed to bear."""

    code = "promotion_impossible"
    status = 422
    message = _("%(why)s")


class CodeTaken(Refused):
    """Each code is of one promotion for ever: buyers and slips name it."""

    code = "promotion_code_taken"
    message = _("Another promotion has this code. Choose another one.")


@dataclass(frozen=True, slots=True)
class BundleArticle:
    """So many pieces or grams of an article in one set of a bundle."""

    variant: Variant
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a promotion takes off and for whom; `value` in basis points, or in minor units of the budget's currency.

    It holds from `from_date` until before `to_date`. `shares` are basis points by party.
    """

    code: str
    kind: str
    value: int
    budget: Money
    shares: Mapping[str, int]
    from_date: dt.date
    to_date: dt.date
    needs_coupon: bool = False
    audience: str = Promotion.Audience.RETAIL
    category: Category | None = None
    supplier: Supplier | None = None
    shop: Shop | None = None
    articles: Sequence[BundleArticle] = ()
    min_goods: Money | None = None
    priority: int = 0
    per_villager_limit: int | None = None


@refuses(PromotionImpossible, CodeTaken)
@needs_words("name", "name_zh")
@transaction.atomic
def prepare_promotion(
    *, terms: Terms, name: str, name_zh: str, county: Division | None, by: User, at: dt.datetime, key: str
) -> Promotion:
    """Prepare a promotion for a county, or for every county with its currency; another person approves it.

    The same key again gives the promotion that stands. Refused: `promotion_impossible`, `promotion_code_taken`.
    """
    own_key = f"{by.pk}:{key}"
    stands = Promotion.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    code = coupon_called(terms.code)
    _check(terms, code, county, at=at)
    if Promotion.objects.filter(code=code).exists():
        raise CodeTaken(field="code")
    about: dict[str, Any] = {"name": name, "name_zh": name_zh, "division": county, "prepared_by": by, "prepared_at": at}
    with refused_as({"orders_promotion_code_key": CodeTaken}):  # by somebody who chose the same at once
        promotion = Promotion.objects.create(key=own_key, code=code, **about, **_columns(terms))
    PromotionBearer.objects.bulk_create(
        PromotionBearer(promotion=promotion, party=party, share_bp=share) for party, share in terms.shares.items()
    )
    PromotionArticle.objects.bulk_create(
        PromotionArticle(promotion=promotion, variant=each.variant, quantity=each.quantity) for each in terms.articles
    )
    record_change(promotion, old="", new=promotion.status, at=at, actor=by.pk)
    return promotion


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "kind": terms.kind,
        "value": terms.value,
        "needs_coupon": terms.needs_coupon,
        "audience": _audience(terms),
        "currency": terms.budget.currency,
        "category": terms.category,
        "supplier": terms.supplier,
        "shop": terms.shop,
        "min_goods_minor": terms.min_goods.minor if terms.min_goods else 0,
        "priority": terms.priority,
        "budget_minor": terms.budget.minor,
        "per_villager_limit": terms.per_villager_limit,
        "from_date": terms.from_date,
        "to_date": terms.to_date,
    }


def _audience(terms: Terms) -> str:
    is_for_farmers = terms.kind == Promotion.Kind.FARMER_DISCOUNT
    return Promotion.Audience.FARMER if is_for_farmers else terms.audience


def _check(terms: Terms, code: str, county: Division | None, *, at: dt.datetime) -> None:
    for check in (_check_value, _check_limits, _check_bearers, _check_articles, _check_shop):
        check(terms, county)
    if not (4 <= len(code) <= 20 and code.isascii() and code.isalnum()):
        raise PromotionImpossible(field="code", why=_("A code has 4 to 20 letters and digits."))
    if terms.to_date <= earliest_day(at):
        raise PromotionImpossible(field="to_date", why=_("Its last day is over. Check the days."))


def _check_value(terms: Terms, _county: Division | None) -> None:
    if terms.kind in Promotion.IN_BASIS_POINTS:
        if not 0 < terms.value <= MOST_BP:
            raise PromotionImpossible(field="value", why=_("A percentage is above 0 and at most 90."))
    elif not 0 < terms.value <= MOST_MINOR:
        raise PromotionImpossible(field="value", why=_("Take more than nothing off."))
    least = terms.min_goods.minor if terms.min_goods else 0
    if terms.kind == Promotion.Kind.AMOUNT and least <= terms.value:
        raise PromotionImpossible(
            field="min_goods", why=_("An amount off is for goods that cost more than it. Say from which amount on.")
        )


def _check_limits(terms: Terms, _county: Division | None) -> None:
    if not 0 < terms.budget.minor <= MOST_MINOR:
        raise PromotionImpossible(field="budget", why=_("A budget is above nothing."))
    if not 0 < (terms.to_date - terms.from_date).days <= LONGEST_DAYS:
        raise PromotionImpossible(
            field="to_date", why=_("A promotion ends after it begins, and within a year. Check the days.")
        )


def _check_bearers(terms: Terms, county: Division | None) -> None:
    if any(share <= 0 for share in terms.shares.values()) or sum(terms.shares.values()) != BASIS_POINTS:
        raise PromotionImpossible(field="shares", why=_("The shares of those who bear it are 100 % together."))
    if PromotionBearer.Party.SUPPLIER in terms.shares and terms.supplier is None:
        raise PromotionImpossible(field="supplier", why=_("A supplier bears only what is taken off its own goods."))
    if PromotionBearer.Party.COUNTY in terms.shares and county is None:
        raise PromotionImpossible(field="county", why=_("A county bears only promotions of its own. Name the county."))


def _check_shop(terms: Terms, county: Division | None) -> None:
    """A coupon of a shop: for its goods alone, borne by farmer and platform, and the farmer is left something."""
    party = PromotionBearer.Party
    if terms.shop is None:
        if party.SELLER in terms.shares:
            raise PromotionImpossible(field="shop", why=_("A farmer bears only coupons of their own shop. Name it."))
        return
    is_plain = terms.kind in (Promotion.Kind.PERCENT, Promotion.Kind.AMOUNT) and terms.needs_coupon
    if not is_plain or terms.category or terms.supplier or terms.audience != Promotion.Audience.RETAIL:
        raise PromotionImpossible(
            field="shop", why=_("A coupon of a shop is a percentage or an amount off, for all of its goods.")
        )
    if county is None or county.pk != terms.shop.station.county_id or terms.budget.currency != terms.shop.currency:
        raise PromotionImpossible(field="shop", why=_("This shop belongs to another county, or to another currency."))
    if not {str(each) for each in terms.shares} <= {str(party.SELLER), str(party.PLATFORM)}:
        raise PromotionImpossible(field="shares", why=_("A coupon of a shop is borne by the farmer and the platform."))
    if _leaves_nothing(terms, terms.shop):
        raise PromotionImpossible(field="shares", why=_("The farmer would be left with nothing. Lower the share."))


def _leaves_nothing(terms: Terms, shop: Shop) -> bool:
    """Whether shares of the price and of the coupon could take all of it, at the least goods."""
    borne_bp = terms.shares.get(PromotionBearer.Party.SELLER, 0)
    kept_bp = BASIS_POINTS - shop.platform_bp - shop.pack_help_bp
    if terms.kind == Promotion.Kind.PERCENT:
        return terms.value * borne_bp >= kept_bp * BASIS_POINTS
    least = terms.min_goods.minor if terms.min_goods else 0
    return terms.value * borne_bp >= least * kept_bp


def _check_articles(terms: Terms, _county: Division | None) -> None:
    is_bundle = terms.kind == Promotion.Kind.BUNDLE
    if is_bundle != bool(terms.articles):
        raise PromotionImpossible(field="articles", why=_("Only a set names its articles, and at least one."))
    if is_bundle and terms.category is not None:
        raise PromotionImpossible(field="category", why=_("A set says by its articles what it is for."))
    if len({each.variant.pk for each in terms.articles}) < len(terms.articles):
        raise PromotionImpossible(field="articles", why=_("Name each article of a set once."))
    for each in terms.articles:
        if each.quantity <= 0 or each.quantity % each.variant.quantity_step:
            raise PromotionImpossible(field="articles", why=_("Check the quantities of the set."))
        if terms.supplier is not None and each.variant.product.supplier_id != terms.supplier.pk:
            raise PromotionImpossible(field="articles", why=_("An article of the set is of another supplier."))
