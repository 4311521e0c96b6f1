"""How variants are shown at a counter."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.money import Money
from orders.catalog.models import Variant
from orders.catalog.queries import free_at, quantity_words, shelf_prices
from stations.network.models import Station


@dataclass(frozen=True, slots=True)
class AtCounter:
    """What a villager pays for a variant, a piece or 1,000 grams, and how much of it a station can order, in words."""

    price: Money | None
    can_be_ordered: bool
    words: str

    @property
    def status(self) -> str:
        """The colour of the words."""
        return "ok" if self.can_be_ordered else "wait"


def price_and_stock(variants: Iterable[Variant], station: Station | None, *, at: dt.datetime) -> dict[int, AtCounter]:
    """Of each variant (by id) at this station; nothing without a station."""
    if station is None:
        return {}
    shown = list(variants)
    prices, free = shelf_prices(station, shown, at=at), free_at(station, [variant.pk for variant in shown])
    return {
        variant.pk: AtCounter(
            prices[variant.pk].price if variant.pk in prices else None,
            variant.is_on_demand or bool(free.get(variant.pk, 0)),
            _words(variant, free.get(variant.pk, 0)),
        )
        for variant in shown
    }


def _words(variant: Variant, free: int) -> str:
    if variant.is_on_demand:
        return _("ordered from its supplier")
    if not free:
        return _("out of stock")
    return _("%(quantity)s available") % {"quantity": quantity_words(variant, free)}
