"""How a level of stock is shown."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from orders.stock.models import StockLevel


class Shown(NamedTuple):
    """The kind of a badge and its words."""

    kind: str
    words: str


def shown(level: StockLevel) -> Shown:
    """Whether it runs low; of what a supplier keeps, who does, and whose it is where some of it lies here."""
    if level.variant.is_on_demand:
        supplier = {"supplier": level.variant.product.supplier.title}
        if level.lies_here_of_supplier:
            return Shown("wait", _("of %(supplier)s") % supplier)
        return Shown("info", _("kept by %(supplier)s") % supplier)
    return Shown("bad", _("low stock")) if level.is_low else Shown("ok", _("enough"))
