"""The list of what can be ordered, with prices and stock for the reader's own counter."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.access import may_everywhere
from core.web.list_filters import Pick, State
from core.web.lists import Empty, ListPage, Row
from orders.catalog.display import price_and_stock
from orders.catalog.models import Category, Product, Variant
from orders.catalog.queries import variants_matching
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Station
from stations.requests import signed_in

READ, IMPORT = "orders.read_product", "orders.make_product_import"
_ON_SALE = Q(product__status=Product.Status.ACTIVE)


def own_counter(user: User) -> Station | None:
    """The station whose prices and stock a reader sees; None for readers without a counter."""
    try:
        return counter_of(user, READ)
    except PermissionDenied:
        return None


def _categories() -> Iterable[tuple[str, Any]]:
    return [(each.code, each.title) for each in Category.objects.order_by("position", "code")]


class Products(ListPage):
    """Variants that can be ordered; found by name, pinyin, initials, article number or barcode."""

    name = "catalog:products"
    grant = READ
    title = gettext_lazy("Products")
    template = "orders/catalog/products.html"
    headings = {
        "name": gettext_lazy("Article"),
        "what": gettext_lazy("Category"),
        "amount": gettext_lazy("Price"),
        "state": gettext_lazy("Can be ordered"),
    }
    order = ("sku", "pk")
    search = gettext_lazy("Name, pinyin, article number or barcode")
    scanned = True
    states = (
        State("sale", gettext_lazy("on sale"), _ON_SALE),
        State("other", gettext_lazy("not on sale"), ~_ON_SALE),
    )
    state = "sale"
    picks = (
        Pick(
            "category",
            gettext_lazy("Category"),
            gettext_lazy("All categories"),
            _categories,
            lambda code: Q(product__category__code=code),
        ),
    )
    empty = Empty(
        gettext_lazy("No products yet."),
        gettext_lazy("Products appear here when a list of products was imported."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Variant]:
        """All of them: the catalogue belongs to no place."""
        return Variant.objects.select_related("product__category")

    def found(self, words: str) -> Q:
        """Those whose name or number these words begin."""
        return Q(pk__in=variants_matching(Variant.objects.order_by(), words).values("pk"))

    def known(self, rows: Sequence[Variant], request: HttpRequest) -> Any:
        """Prices and stock at the reader's counter, by variant."""
        return price_and_stock(rows, own_counter(signed_in(request)), at=now())

    def row(self, row: Variant, known: Any) -> Row:
        """What it is, what it costs, and whether there is some."""
        shown = known.get(row.pk)
        return Row(
            name=row.title,
            href=reverse("catalog:product", args=[row.product_id]),
            what=row.product.category.title,
            amount=shown.price if shown else None,
            status=shown.status if shown else "",
            words=shown.words if shown else "",
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may import a list."""
        return {"may_import": may_everywhere(request.user, IMPORT)}


PRODUCTS = Products()
