"""What promotions take off goods: each by its rule, spread over the lines, and who bears it. Nothing is stored here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.money import Money, parts_of, share
from orders.catalog.models import Variant
from orders.promotions.models import Promotion, PromotionBearer

PLATFORM = PromotionBearer.Party.PLATFORM


@dataclass(frozen=True, slots=True)
class Goods:
    """So many pieces or grams of an article, and what they cost before promotions, in minor units."""

    variant: Variant
    quantity: int
    minor: int


@dataclass(frozen=True, slots=True)
class Saving:
    """What one promotion takes off each line of an order, in minor units of its currency."""

    promotion: Promotion
    by_line: list[int]

    @property
    def minor(self) -> int:
        """What it takes off in all."""
        return sum(self.by_line)

    @property
    def amount(self) -> Money:
        """The same with its currency."""
        return Money(self.minor, self.promotion.currency)

    @property
    def taken(self) -> Money:
        """As a line of what is paid: below nothing."""
        return -self.amount


def saving_of(promotion: Promotion, goods: Sequence[Goods], left: Sequence[int]) -> Saving | None:
    """What a promotion takes off goods of which so much is `left` after others; None where it takes nothing off.

    What would leave nothing of its goods is not given. An amount is spread over the lines by what is left of each,
    largest remainder, ties to the line that was named first.
    """
    within = [index for index, each in enumerate(goods) if _applies_to(promotion, each)]
    if not within or sum(goods[index].minor for index in within) < promotion.min_goods_minor:
        return None
    weights = [left[index] for index in within]
    minor = _taken_off(promotion, goods, sum(weights))
    if not 0 < minor < sum(weights):
        return None
    by_line = [0] * len(goods)
    for index, part in zip(within, parts_of(minor, weights), strict=True):
        by_line[index] = part
    return Saving(promotion, by_line)


def _applies_to(promotion: Promotion, goods: Goods) -> bool:
    product = goods.variant.product
    if promotion.kind == Promotion.Kind.BUNDLE:
        return any(article.variant_id == goods.variant.pk for article in promotion.articles.all())
    is_category = promotion.category_id in (None, product.category_id)
    return is_category and promotion.supplier_id in (None, product.supplier_id)


def _taken_off(promotion: Promotion, goods: Sequence[Goods], left: int) -> int:
    if promotion.is_in_basis_points:
        return share(left, promotion.value, rounding="half_up")
    if promotion.kind == Promotion.Kind.AMOUNT:
        return promotion.value
    quantities = {each.variant.pk: each.quantity for each in goods}
    sets = min(quantities.get(each.variant_id, 0) // each.quantity for each in promotion.articles.all())
    return sets * promotion.value


def borne(minor: int, shares: Mapping[str, int]) -> dict[str, int]:
    """An amount by who bears it: each share half-up, never more than is left; the platform takes the rest."""
    left, found = minor, {}
    for party in sorted(set(shares) - {PLATFORM}):
        found[party] = min(share(minor, shares[party], rounding="half_up"), left)
        left -= found[party]
    return {party: part for party, part in {**found, PLATFORM: left}.items() if part}


def borne_by_cuts(amounts: Sequence[int], cuts: Iterable[int]) -> list[list[int]]:
    """What each party bears of each cut, in minor units; `amounts` is what each bears of all of them.

    Each cut is spread by what those before it have left of each amount: none is below nothing, and together they are
    the whole. Rounding each amount by itself could take more off a cut than its goods cost.
    """
    left, found = list(amounts), []
    for minor in cuts:
        taken = parts_of(minor, left) if minor else [0] * len(left)
        left = [before - now for before, now in zip(left, taken, strict=True)]
        found.append(taken)
    return found
