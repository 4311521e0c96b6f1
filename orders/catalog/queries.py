"""Variants found as people type them, and what they cost at a station."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache, reduce
from operator import attrgetter, or_
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.database.compiled_queries import CompiledQuery
from core.language import formatting
from core.money import Money
from orders.catalog.barcodes import read_barcode
from orders.catalog.models import PriceItem, PriceList, ProductKey, Variant
from orders.catalog.search_keys import typed_words
from orders.stock.models import StockLevel
from stations.network.models import Station


def variants_matching(variants: QuerySet[Variant], typed: str) -> QuerySet[Variant]:
    """By the barcode, the beginning of the article number, or words that begin a part of the name, also in pinyin."""
    ways = _ways_to_match(variants, typed)
    return ways[0] if len(ways) == 1 else variants.filter(reduce(or_, (Q(pk__in=way.values("pk")) for way in ways)))


def first_matching(variants: QuerySet[Variant], typed: str, *, most: int, order: str = "sku") -> list[Variant]:
    """The first of `variants_matching` in the order of article numbers, found without reading all that match.

    One statement for names and one for numbers: of both at once the database would read every match before the first.
    `order` is `sku`, or `-sku` for the last of them.
    """
    found = {row.pk: row for way in _ways_to_match(variants, typed) for row in way.order_by(order)[:most]}
    return sorted(found.values(), key=attrgetter("sku"), reverse=order.startswith("-"))[:most]


def _ways_to_match(variants: QuerySet[Variant], typed: str) -> list[QuerySet[Variant]]:
    words = typed_words(typed)
    if not words:
        return [variants]
    if barcode := read_barcode(typed):
        return [variants.filter(barcode=barcode)]
    named = variants.filter(*(Exists(_keys_that_begin(word)) for word in words))
    return [named, variants.filter(sku__istartswith=typed.strip())] if typed.strip().isascii() else [named]


def prices_at(
    station: Station, quantities: Mapping[int, int], *, audience: str = PriceList.Audience.RETAIL, at: dt.datetime
) -> dict[int, PriceItem]:
    """The price of each variant (by id) at a station, for so many pieces or grams; without a price it is left out.

    Of the lists that apply to the audience, in the station's county and currency: the highest priority, then the
    county's own, then the highest quantity reached, then the lowest price.
    """
    if not quantities:
        return {}
    wanted = [value for pair in quantities.items() for value in pair]
    found = _best_prices(len(quantities)).all(audience, station.currency, station.county_id, at, *wanted)
    return {item.variant_id: item for item in found}


@cache
def _best_prices(count: int) -> CompiledQuery[PriceItem]:
    """For so many variants, each named with its quantity."""

    def rows(audience: Any, currency: Any, county: Any, at: Any, *wanted: Any) -> QuerySet[PriceItem]:
        pairs = zip(wanted[::2], wanted[1::2], strict=True)
        # A quantity may be larger than any that a list names.
        large = ((pk, Cast(quantity, BigIntegerField())) for pk, quantity in pairs)
        reached = reduce(or_, (Q(variant=pk, min_quantity__lte=quantity) for pk, quantity in large))
        lists = PriceList.objects.at(at).filter(
            Q(division=county) | Q(division=None), audience=audience, currency=currency
        )
        items = PriceItem.objects.filter(reached, price_list__in=lists).select_related("price_list", "variant")
        return items.order_by(
            "variant",
            "-price_list__priority",
            F("price_list__division").asc(nulls_last=True),
            "-min_quantity",
            "price_minor",
            "pk",
        ).distinct("variant")

    return CompiledQuery(rows, places=4 + 2 * count)


def shelf_prices(station: Station, variants: Iterable[Variant], *, at: dt.datetime) -> dict[int, PriceItem]:
    """What villagers pay for the smallest quantity of each variant: one piece, or 1,000 grams."""
    smallest = {
        variant.pk: max(variant.quantity_step, 1 if variant.unit == Variant.Unit.PIECE else 1000)
        for variant in variants
    }
    return prices_at(station, smallest, at=at)


def free_at(station: Station, variants: Collection[int]) -> dict[int, int]:
    """What a station can order of these variants (by id), from all warehouses that serve its county; 0 is left out."""
    rows = StockLevel.objects.filter(
        variant__in=variants, warehouse__is_active=True, warehouse__routes__division=station.county_id
    )
    sums = rows.order_by().values_list("variant").annotate(free=Sum(F("on_hand") - F("allocated")))
    return {variant: free for variant, free in sums if free}


def variants_with_prices(*, at: dt.datetime) -> QuerySet[Variant]:
    """All variants as the list of products writes them, with the prices that apply or will as `listed`."""
    lists = PriceList.objects.filter(Q(valid_to_at__gt=at) | Q(valid_to_at=None))
    items = PriceItem.objects.filter(price_list__in=lists).select_related("price_list")
    prices = Prefetch("prices", items.order_by("price_list__code", "min_quantity"), to_attr="listed")
    variants = Variant.objects.select_related("product__category", "product__supplier")
    return variants.prefetch_related(prices).order_by("sku")


def quantity_words(variant: Variant, quantity: int) -> str:
    """`12 pieces`, `2.5 kg`, `500 g`."""
    if variant.unit == Variant.Unit.PIECE:
        return ngettext("%(count)s piece", "%(count)s pieces", quantity) % {"count": quantity}
    if 0 < quantity < 1_000:
        return _("%(grams)s g") % {"grams": quantity}
    return _("%(kilograms)s kg") % {"kilograms": kilograms(quantity)}


def price_words(variant: Variant, price: Money) -> str:
    """`¥48.00`, and of what is weighed `¥12.80 per kg`."""
    amount = formatting.money(price)
    return amount if variant.unit == Variant.Unit.PIECE else _("%(price)s per kg") % {"price": amount}


def kilograms(grams: int) -> str:
    """`2.5`, to the last gram."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".")


def _keys_that_begin(word: str) -> QuerySet[ProductKey]:
    return ProductKey.objects.filter(product=OuterRef("product"), key__startswith=word)


def variant_called(typed: str) -> Variant | None:
    """The variant of a barcode or article number, however it is written; None where there is none."""
    barcode = read_barcode(typed)
    about = Q(barcode=barcode) if barcode else Q(sku__iexact=typed.strip())
    return Variant.objects.select_related("product").filter(about).first()
