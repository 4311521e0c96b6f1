"""How returns are shown: the colours of their states, and their articles in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.money import Money
from orders.catalog.queries import quantity_words
from orders.returns.models import Return, ReturnLine

_S = Return.Status
KINDS = {
    _S.REJECTED: "info",
    _S.CANCELLED: "info",
    _S.EXPIRED: "info",
    _S.LOST: "bad",
    _S.NOT_ACCEPTED: "bad",
    _S.SENT_BACK: "info",
    _S.REPLACED: "ok",
    _S.CLOSED: "ok",
    _S.REFUNDED: "ok",
}


def kind_of(found: Return) -> str:
    """The colour of a return's state."""
    return KINDS.get(_S(found.status), "wait")


@dataclass(frozen=True, slots=True)
class LineRow:
    """An article that comes back, as the page of its return shows it."""

    line: ReturnLine
    title: str
    quantity: str
    accepted: str
    value: Money


def line_rows(lines: Iterable[ReturnLine]) -> list[LineRow]:
    """Each article with its quantity, and with what of it was accepted once that is known."""
    return [_row(line) for line in lines]


def title_of(lines: Iterable[ReturnLine]) -> str:
    """The first article, and how many others come with it."""
    rows = list(lines)
    first = rows[0].part.order_line.variant.title
    others = len({line.part.order_line_id for line in rows}) - 1
    return _("%(article)s and %(n)s more") % {"article": first, "n": others} if others else first


def _row(line: ReturnLine) -> LineRow:
    variant, accepted = line.part.order_line.variant, line.accepted_quantity
    words = "" if accepted is None else quantity_words(variant, accepted)
    return LineRow(line, variant.title, quantity_words(variant, line.quantity), words, line.value)
