"""One product with its prices, and the list of products in and out."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import demand_everywhere, load, requires
from core.forms import submit
from core.language import formatting
from core.web.tables import Column, Table
from orders.catalog import services
from orders.catalog.display import price_and_stock
from orders.catalog.downloads import product_list_file
from orders.catalog.forms import ProductListForm
from orders.catalog.lists import IMPORT, READ, own_counter
from orders.catalog.models import PriceItem, PriceList, Product, ProductImport, Variant
from orders.catalog.queries import quantity_words
from stations.requests import SignedInRequest

READ_IMPORT = "orders.read_product_import"
#: Faulty lines that are shown.
FAULTS = 100


@requires(READ, one_object=True)
def product(request: SignedInRequest, pk: int) -> HttpResponse:
    """One product: what is known of it, and each variant with its price and stock for the own counter."""
    found = load(Product.objects.select_related("category", "supplier"), request.user, READ, pk=pk)
    station, at = own_counter(request.user), now()
    variants = list(Variant.objects.filter(product=found).select_related("product").order_by("sku"))
    shown = price_and_stock(variants, station, at=at)
    page = {
        "product": found,
        "kind": {"active": "ok", "draft": "wait"}.get(found.status, "info"),
        "rows": [(variant, _per(variant), shown.get(variant.pk)) for variant in variants],
        "prices": _prices_table(found, at=at),
        "station": station,
    }
    return render(request, "orders/catalog/product.html", page)


@requires(IMPORT)
def import_list(request: SignedInRequest) -> HttpResponse:
    """Read in a list of products: all of it, or nothing with what is wrong on each line."""
    demand_everywhere(request.user, IMPORT)
    form = ProductListForm(request.POST or None, request.FILES or None)
    outcome = submit(
        request,
        operation=IMPORT,
        form=form,
        run=lambda typed: reverse(
            "catalog:import", args=[services.import_products(**typed, by=request.user, at=now()).pk]
        ),
    )
    if outcome.done:
        return outcome.response
    faulty = outcome.code == services.ProductListFaulty.code
    faults = services.check_product_list(content=form.read, at=now()) if faulty else []
    page = {"form": outcome.form, "faults": _faults_table(faults) if faults else None}
    return render(request, "orders/catalog/import_list.html", page, status=outcome.status)


@requires(READ_IMPORT, one_object=True)
def imported(request: SignedInRequest, pk: Any) -> HttpResponse:
    """What became of each line of a list of products."""
    found = load(ProductImport.objects.select_related("made_by"), request.user, READ_IMPORT, pk=pk)
    words = {"added": _("added"), "changed": _("changed"), "unchanged": _("unchanged")}
    page = {
        "found": found,
        "counts": [(word.capitalize(), found.count(outcome)) for outcome, word in words.items()],
        "lines": Table(
            _("Lines"),
            [Column(_("Line")), Column(_("Article number")), Column(_("Result"))],
            [(line["line"], line["sku"], words[line["outcome"]]) for line in found.lines],
            small=True,
        ),
    }
    return render(request, "orders/catalog/imported.html", page)


@requires(READ)
def file(request: SignedInRequest) -> HttpResponse:
    """The list of products as CSV, with `?as=xlsx` as a workbook."""
    return product_list_file(request.GET.get("as", ""), at=now())


def _per(variant: Variant) -> str:
    return "" if variant.unit == Variant.Unit.PIECE else _("per kg")


def _prices_table(found: Product, *, at: dt.datetime) -> Table:
    items = PriceItem.objects.filter(variant__product=found, price_list__in=PriceList.objects.at(at))
    rows = [
        (
            item.variant.title,
            item.price_list.get_audience_display(),
            item.price_list.division.short_name if item.price_list.division else _("every county"),
            quantity_words(item.variant, max(item.min_quantity, item.variant.quantity_step)),
            formatting.money(item.price),
        )
        for item in items.select_related("variant__product", "price_list__division").order_by(
            "variant__sku", "price_list__audience", "price_list", "min_quantity"
        )
    ]
    columns = [
        *(Column(_("Article")), Column(_("For whom")), Column(_("County"))),
        *(Column(_("From quantity"), number=True), Column(_("Price"), number=True)),
    ]
    return Table(_("Prices that apply now"), columns, rows, empty=_("No price applies now."))


def _faults_table(faults: list[tuple[int, str]]) -> Table:
    return Table(_("What to correct"), [Column(_("Line")), Column(_("Why"))], faults[:FAULTS], small=True)
