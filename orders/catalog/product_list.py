"""A list of products as a file: one line for each variant and price, read and written with the same columns.

The file is CSV or a workbook (XLSX); both are read as texts, so that a price is what somebody has typed.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.csv_cells import harmless, without_guard
from core.money import decimal_text
from core.workbooks import WorkbookUnreadable, read_workbook, write_workbook
from orders.catalog.barcodes import read_barcode
from orders.catalog.models import PriceItem, Product, Variant

PRODUCT_COLUMNS = ("name", "name_zh", "weight_g", "is_fragile", "status")
VARIANT_COLUMNS = ("label", "label_zh", "unit", "quantity_step", "supply")
COLUMNS = (
    *("product", "category", "supplier", *PRODUCT_COLUMNS),
    *("sku", "barcode", *VARIANT_COLUMNS),
    *("price_list", "min_quantity", "price"),
)
#: Lines of one file.
MOST_LINES = 5_000


class ListFault(Exception):
    """What is wrong with a line, in words."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line, understood: its number in the file, and the values of product, variant and price."""

    number: int
    product: str
    category: str
    supplier: str
    product_values: dict[str, Any]
    sku: str
    variant_values: dict[str, Any]
    price_list: str
    min_quantity: int
    price: str


class ListRow(NamedTuple):
    """A line of a file as texts by column, or what keeps it from being read."""

    number: int
    cells: dict[str, str]
    fault: str = ""


def rows_of(content: str | bytes) -> Iterator[ListRow]:
    """The lines of a file, CSV as text or a workbook as bytes. Raises `ListFault` where it is no such list."""
    rows = _rows_of_csv(content) if isinstance(content, str) else _rows_of_workbook(content)
    header = next(rows, None)
    if header is None or [name.strip() for name in header.cells] != list(COLUMNS):
        raise ListFault(_("The first line must name these columns: %(columns)s") % {"columns": ",".join(COLUMNS)})
    for row in rows:
        if row.number > MOST_LINES + 1:
            raise ListFault(_("A file has at most %(most)s lines.") % {"most": MOST_LINES})
        yield row.by_column()


class _Row(NamedTuple):
    """A line of a file before its columns are named."""

    number: int
    cells: list[str]
    fault: str = ""

    def by_column(self) -> ListRow:
        """Its cells by column, without the mark that keeps a spreadsheet from computing them."""
        texts = [*(without_guard(cell.strip()) for cell in self.cells), *[""] * len(COLUMNS)]
        return ListRow(self.number, dict(zip(COLUMNS, texts, strict=False)), self.fault)


def _rows_of_csv(content: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    try:
        yield _Row(1, next(reader, []))
        for row in reader:
            if any(value.strip() for value in row):
                yield _Row(reader.line_num, row)
    except csv.Error as error:
        raise ListFault(_("This file cannot be read as CSV.")) from error


def _rows_of_workbook(content: bytes) -> Iterator[_Row]:
    try:
        rows = read_workbook(content, columns=len(COLUMNS))
    except WorkbookUnreadable as error:
        raise ListFault(str(error)) from error
    for number, cells, fault in rows:
        yield _Row(number, cells, fault)


def line_of(found: ListRow) -> ListLine:
    """A line understood. Raises `ListFault` for the first value that is wrong."""
    if found.fault:
        raise ListFault(found.fault)
    row = found.cells
    return ListLine(
        number=found.number,
        product=_value(Product, "code", row["product"], "product"),
        category=_needed(row, "category"),
        supplier=_needed(row, "supplier"),
        product_values={name: _value(Product, name, row[name], name) for name in PRODUCT_COLUMNS},
        sku=_value(Variant, "sku", row["sku"], "sku"),
        variant_values={
            "barcode": _barcode(row["barcode"]),
            **{name: _value(Variant, name, row[name], name) for name in VARIANT_COLUMNS},
        },
        price_list=row["price_list"],
        min_quantity=_value(PriceItem, "min_quantity", row["min_quantity"], "min_quantity"),
        price=_price(row),
    )


def write_list(variants: Iterable[Variant]) -> str:
    """The CSV of these variants, whose product, category, supplier and `listed` prices are loaded."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerows([harmless(cell) for cell in row] for row in _written_rows(variants))
    return out.getvalue()


def write_list_workbook(variants: Iterable[Variant]) -> bytes:
    """The same as a workbook."""
    return write_workbook("products", _written_rows(variants))


def _written_rows(variants: Iterable[Variant]) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for variant in variants:
        for item in variant.listed or [None]:  # type: ignore[attr-defined]
            yield [str(cell) for cell in [*_columns_of(variant), *_price_columns(item)]]


def _columns_of(variant: Variant) -> list[Any]:
    product = variant.product
    return [
        *(product.code, product.category.code, product.supplier.code),
        *(_written(getattr(product, name)) for name in PRODUCT_COLUMNS),
        *(variant.sku, variant.barcode),
        *(getattr(variant, name) for name in VARIANT_COLUMNS),
    ]


def _price_columns(item: PriceItem | None) -> list[Any]:
    if item is None:
        return ["", "", ""]
    return [item.price_list.code, item.min_quantity, decimal_text(item.price_minor, item.price_list.currency)]


def _written(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _needed(row: dict[str, str], name: str) -> str:
    if not row[name]:
        raise ListFault(_("%(column)s: fill this in.") % {"column": name})
    return row[name]


def _barcode(text: str) -> str:
    if text and not read_barcode(text):
        raise ListFault(_("barcode: %(text)s is no EAN-13 number, its last digit is wrong.") % {"text": text})
    return read_barcode(text)


def _price(row: dict[str, str]) -> str:
    if bool(row["price_list"]) != bool(row["price"]):
        raise ListFault(_("A price needs its price list, and a price list its price."))
    return row["price"]


def _value(model: type[models.Model], name: str, text: str, column: str) -> Any:
    """A value as the field of the model understands it; an empty one is the field's default."""
    field: Any = model._meta.get_field(name)
    if not text and field.has_default():
        return field.get_default()
    try:
        value = field.clean(text, None)
    except ValidationError as error:
        raise ListFault(f"{column}: {' '.join(error.messages)}") from error
    if column in {"quantity_step", "min_quantity"} and value < 1:
        raise ListFault(_("%(column)s: at least 1.") % {"column": column})
    return value
