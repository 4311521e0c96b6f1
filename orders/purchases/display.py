"""How orders are shown: colours of states, lines as rows, sentences of what comes next."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.days import day_in
from core.language import formatting
from core.web.bars import Bars, money_bars
from orders.catalog.queries import quantity_words
from orders.purchases.models import Fulfilment, Order, OrderLine

_S, _F = Order.Status, Fulfilment.Status
KINDS = {_S.DRAFT: "info", _S.PLACED: "ok", _S.COMPLETED: "ok", _S.CANCELLED: "info", _S.EXPIRED: "info"}
PART_KINDS = {
    _F.DELIVERED: "ok",
    _F.NOT_TAKEN: "bad",
    _F.LOST: "bad",
    _F.RETURNED: "info",
    _F.CANCELLED: "info",
}


def kind_of(order: Order) -> str:
    """The colour of an order's state."""
    return KINDS.get(_S(order.status), "wait")


def part_kind(part: Fulfilment) -> str:
    """The colour of the state of what is sent."""
    return PART_KINDS.get(_F(part.status), "wait")


def words_of(order: Order) -> Any:
    """How far an order has come, in one word: its delivery once it is agreed."""
    if order.status == _S.PLACED:
        return order.delivery_words
    return order.get_status_display()


def line_rows(order: Order) -> list[dict[str, Any]]:
    """The articles with quantity and amount."""
    lines = order.lines.select_related("variant__product", "order__station").order_by("pk")
    return [
        {
            "line": line,
            "title": line.variant.title,
            "quantity": quantity_words(line.variant, line.quantity),
            "amount": line.goods,
            "until": window_words(line) or missing_words(line),
        }
        for line in lines
    ]


def held_at(part: Fulfilment) -> str:
    """Who has the goods of a part: its supplier, or the warehouse."""
    return part.supplier.title if part.supplier else part.warehouse.station.name


def missing_words(line: OrderLine) -> str:
    """How much of it is not delivered."""
    if not line.quantity_cancelled:
        return ""
    return _("%(quantity)s not delivered") % {"quantity": quantity_words(line.variant, line.quantity_cancelled)}


def sold_bars(rows: list[dict[str, Any]], *, months: Sequence[dt.date]) -> Bars:
    """What was sold in each of these months; the last one is still running."""
    return money_bars(
        [(row["month"], row["currency"], row["count"], row["minor"]) for row in rows],
        title=_("Sold by month"),
        period=_("Month"),
        counted=_("Orders"),
        labels={month: formatting.short_month(month) for month in months},
    )


def window_words(line: OrderLine) -> str:
    """Until when it can be returned, once it was handed over."""
    if line.window_ends_at is None:
        return ""
    last = day_in(line.order.station.zone, line.window_ends_at - dt.timedelta(seconds=1))
    return _("can be returned until %(day)s") % {"day": formatting.short_day(last)}
