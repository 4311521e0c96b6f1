"""The list of what lies in the warehouses within reach."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from orders.catalog.models import Variant
from orders.catalog.queries import quantity_words, variants_matching
from orders.stock.display import shown
from orders.stock.models import LOW, OF_SUPPLIERS, StockLevel, Warehouse
from stations.lists import StationList


class Stock(StationList):
    """What lies where; what runs low stands on a tab of its own."""

    name = "stock:stock"
    grant = "orders.read_stock"
    title = gettext_lazy("Stock")
    template = "orders/stock/stock.html"
    place = "warehouse__station"
    headings = {
        "name": gettext_lazy("Article"),
        "what": gettext_lazy("Free"),
        "where": gettext_lazy("Warehouse"),
        "state": gettext_lazy("State"),
    }
    order = ("pk",)
    search = gettext_lazy("Name, pinyin, article number or barcode")
    scanned = True
    states = (
        State("low", gettext_lazy("low stock"), LOW),
        State("enough", gettext_lazy("enough"), ~LOW & ~OF_SUPPLIERS),
        State("suppliers", gettext_lazy("of suppliers"), OF_SUPPLIERS),
    )
    empty = Empty(gettext_lazy("No goods yet."), gettext_lazy("Book goods in a warehouse when they arrive."), "basket")

    def rows(self, request: HttpRequest) -> QuerySet[StockLevel]:
        """Those within reach."""
        levels = StockLevel.objects.open_to(request.user, self.grant)
        return levels.select_related("variant__product__supplier", "warehouse__station")

    def found(self, words: str) -> Q:
        """Those of variants whose name or number these words begin."""
        return Q(variant__in=variants_matching(Variant.objects.order_by(), words).values("pk"))

    def row(self, row: StockLevel, known: Any) -> Row:
        """What it is, and how much of it is free."""
        badge = shown(row)
        return Row(
            name=row.variant.title,
            href=reverse("stock:level", args=[row.pk]),
            what=quantity_words(row.variant, row.free),
            where=row.warehouse.station.name,
            status=badge.kind,
            words=badge.words,
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The warehouses within reach, where goods are booked."""
        warehouses = Warehouse.objects.open_to(request.user, self.grant).select_related("station")
        return {"warehouses": warehouses.order_by("station__code")}


STOCK = Stock()
