"""A list of products read in: either all of it, or nothing with what is wrong on each line."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.db import lock_all
from core.errors import Refused, refuses
from core.money import AmountMalformed, parse
from orders.catalog.models import Category, PriceItem, PriceList, Product, ProductImport, Supplier, Variant
from orders.catalog.product_list import ListFault, ListLine, ListRow, line_of, rows_of
from orders.catalog.services.naming import write_search_keys
from stations.accounts.models import User

ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"
#: Faulty lines that a refusal names; the others are counted.
NAMED = 50


class ProductListUnreadable(Refused):
    """The file is no list of products."""

    code = "product_list_unreadable"
    status = 422
    message = gettext_lazy("%(fault)s Nothing was changed.")


class ProductListFaulty(Refused):
    """Some lines cannot be taken; `faults` are their numbers and what is wrong."""

    code = "product_list_faulty"
    status = 422
    message = gettext_lazy("%(count)s lines cannot be imported. Nothing was changed.")

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = faults
        super().__init__(count=len(faults), field="content")

    def problem(self) -> dict[str, Any]:
        """With a sentence for each of the first faulty lines."""
        words = [_("Line %(number)s: %(fault)s") % {"number": n, "fault": fault} for n, fault in self.faults[:NAMED]]
        return {**super().problem(), "errors": {"content": [str(self), *words]}}


@refuses(ProductListUnreadable, ProductListFaulty)
@transaction.atomic
def import_products(*, content: str | bytes, by: User, at: dt.datetime) -> ProductImport:
    """Take in a list of products, variants and prices: CSV as text, or a workbook (XLSX) as bytes.

    What it does not name stays as it is. A price of a list that applies already does not change: another price needs
    another list.
    Refused as a whole: `product_list_unreadable`, `product_list_faulty`.
    """
    lock_all(Category.objects.all())  # one import at a time
    plan = _planned(content, at=at)
    if plan.faults:
        raise ProductListFaulty(plan.faults)
    plan.write()
    return ProductImport.objects.create(made_by=by, made_at=at, lines=plan.report)


def check_product_list(*, content: str | bytes, at: dt.datetime) -> list[tuple[int, str]]:
    """What is wrong with each faulty line of a file; it is only read."""
    try:
        return _planned(content, at=at).faults
    except ProductListUnreadable:
        return []


@dataclass
class _Known:
    """What stands already of all that the lines name, by code."""

    categories: dict[str, Category]
    suppliers: dict[str, Supplier]
    lists: dict[str, PriceList]
    products: dict[str, Product]
    variants: dict[str, Variant]
    barcodes: dict[str, str]
    prices: dict[tuple[str, str, int], PriceItem]

    @classmethod
    def of(cls, lines: list[ListLine]) -> "_Known":
        skus = {line.sku for line in lines}
        items = PriceItem.objects.filter(variant__sku__in=skus).select_related("price_list", "variant")
        barcodes = {line.variant_values["barcode"] for line in lines} - {""}
        bars = Variant.objects.filter(barcode__in=barcodes).values_list("barcode", "sku")
        return cls(
            _by("code", Category.objects.all()),
            _by("code", Supplier.objects.all()),
            _by("code", PriceList.objects.all()),
            _by("code", Product.objects.filter(code__in={line.product for line in lines})),
            _by("sku", Variant.objects.filter(sku__in=skus).select_related("product")),
            dict(bars),
            {(item.price_list.code, item.variant.sku, item.min_quantity): item for item in items},
        )


@dataclass
class _Plan:
    """What an import will write; each object once, whether it is new or has other values."""

    known: _Known
    at: dt.datetime
    faults: list[tuple[int, str]] = field(default_factory=list)
    report: list[dict[str, Any]] = field(default_factory=list)
    added: dict[tuple[type[models.Model], Any], Any] = field(default_factory=dict)
    changed: dict[tuple[type[models.Model], Any], Any] = field(default_factory=dict)
    said: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def take(self, line: ListLine) -> None:
        """Plan a line. Raises `ListFault`."""
        category = _found(self.known.categories, line.category, _("category"))
        supplier = _found(self.known.suppliers, line.supplier, _("supplier"))
        about = {**line.product_values, "category": category, "supplier": supplier}
        self._agree(("product", line.product), about)
        self._agree(("variant", line.sku), {**line.variant_values, "product": line.product})
        product, of_product = self._planned(Product, self.known.products, line.product, {"code": line.product}, about)
        variant, of_variant = self._variant(line, product)
        outcomes = {of_product, of_variant, self._price(line, variant)}
        outcome = of_variant if of_variant == ADDED else CHANGED if outcomes != {UNCHANGED} else UNCHANGED
        self.report.append({"line": line.number, "sku": line.sku, "outcome": outcome})

    def write(self) -> None:
        """Write what is new and what is different, in the order in which rows refer to each other."""
        named = [row for (model, _key), row in {**self.added, **self.changed}.items() if model is Product]
        for model, names in _WRITTEN.items():
            model._default_manager.bulk_create(_rows(self.added, model))
            if changed := _rows(self.changed, model):
                model._default_manager.bulk_update(changed, names)
        write_search_keys(products=named)

    def _agree(self, about: tuple[Any, ...], values: dict[str, Any]) -> None:
        if self.said.setdefault(about, values) != values:
            raise ListFault(_("Another line says something else of %(code)s.") % {"code": about[1]})

    def _variant(self, line: ListLine, product: Product) -> tuple[Variant, str]:
        barcode = line.variant_values["barcode"]
        if barcode and self.known.barcodes.setdefault(barcode, line.sku) != line.sku:
            raise ListFault(_("The barcode %(barcode)s belongs to another article.") % {"barcode": barcode})
        known = self.known.variants.get(line.sku)
        if known and known.product.code != line.product:
            raise ListFault(_("%(code)s belongs to another product.") % {"code": line.sku})
        made = {"sku": line.sku, "product": product}
        return self._planned(Variant, self.known.variants, line.sku, made, line.variant_values)

    def _price(self, line: ListLine, variant: Variant) -> str:
        if not line.price_list:
            return UNCHANGED
        listed = _found(self.known.lists, line.price_list, _("price list"))
        minor = _minor_of(line, listed)
        key = (line.price_list, line.sku, line.min_quantity)
        self._agree(("price", ": ".join(map(str, key))), {"price_minor": minor})
        known = self.known.prices.get(key)
        if known and known.pk and known.price_minor != minor and listed.has_begun(self.at):
            raise ListFault(_("Prices of %(code)s apply already. Make another price list.") % {"code": listed.code})
        made = {"price_list": listed, "variant": variant, "min_quantity": line.min_quantity}
        return self._planned(PriceItem, self.known.prices, key, made, {"price_minor": minor})[1]

    def _planned(
        self, model: type[Any], known: dict[Any, Any], key: Any, made: dict[str, Any], values: dict[str, Any]
    ) -> tuple[Any, str]:
        row = known.get(key)
        if row is None:
            known[key] = self.added[(model, key)] = model(**made, **values)
            return known[key], ADDED
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            self.changed[(model, key)] = row
            return row, CHANGED
        return row, UNCHANGED


#: The models that a list writes in their order, with the columns that may change.
_WRITTEN: dict[type[Any], tuple[str, ...]] = {
    Product: ("category", "supplier", "name", "name_zh", "weight_g", "is_fragile", "status"),
    Variant: ("barcode", "label", "label_zh", "unit", "quantity_step"),
    PriceItem: ("price_minor",),
}


def _planned(content: str | bytes, *, at: dt.datetime) -> _Plan:
    faults: list[tuple[int, str]] = []
    lines: list[ListLine] = []
    try:
        for row in rows_of(content):
            _note(row.number, faults, partial(_read, row, lines))
    except ListFault as fault:
        raise ProductListUnreadable(field="content", fault=str(fault)) from fault
    plan = _Plan(_Known.of(lines), at, faults=faults)
    for line in lines:
        _note(line.number, faults, partial(plan.take, line))
    faults.sort()
    return plan


def _read(row: ListRow, lines: list[ListLine]) -> None:
    lines.append(line_of(row))


def _note(number: int, faults: list[tuple[int, str]], do: Callable[[], None]) -> None:
    try:
        do()
    except ListFault as fault:
        faults.append((number, str(fault)))


def _found(known: dict[str, Any], code: str, noun: str) -> Any:
    if code not in known:
        raise ListFault(_("%(noun)s: %(code)s is unknown.") % {"noun": noun, "code": code})
    return known[code]


def _minor_of(line: ListLine, listed: PriceList) -> int:
    try:
        price = parse(line.price, listed.currency)
    except AmountMalformed as refusal:
        raise ListFault(str(refusal)) from refusal
    if price.minor <= 0:
        raise ListFault(_("A price is above zero."))
    return price.minor


def _by(name: str, rows: Iterable[Any]) -> dict[str, Any]:
    return {getattr(row, name): row for row in rows}


def _rows(planned: dict[tuple[type[models.Model], Any], Any], model: type[models.Model]) -> list[Any]:
    return [row for (kind, _key), row in planned.items() if kind is model]
