"""How a level of stock is shown."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from orders.stock.models import StockLevel


class Shown(NamedTuple):
    """The kind of a badge and its words."""

    kind: str
    words: str


def shown(level: StockLevel) -> Shown:
    """Whether it runs low; of what a supplier keeps, whose it is."""
    if level.is_of_supplier:
        return Shown("wait", _("of %(supplier)s") % {"supplier": level.variant.product.supplier.title})
    return Shown("bad", _("low stock")) if level.is_low else Shown("ok", _("enough"))
