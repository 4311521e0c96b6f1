"""What the catalogue shows outside its pages: its line of the menu, and the products that a search finds."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.console import MOST, Console, Finder, Hit, MenuEntry
from orders.catalog.models import Variant
from orders.catalog.queries import first_matching
from stations.accounts.models import User

READ = "orders.read_product"


def _find(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    variants = Variant.objects.on_sale().select_related("product")
    return [
        Hit(variant.title, reverse("catalog:product", args=[variant.product_id]), detail=variant.sku)
        for variant in first_matching(variants, text, most=MOST)
    ]


CONSOLE = Console(
    menu=[MenuEntry("goods", _("Products"), "catalog:products", READ)],
    finders=[Finder("products", _("Products"), "basket", READ, _find)],
)
