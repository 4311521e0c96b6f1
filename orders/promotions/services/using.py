"""What an order has used of promotions, and what of it comes back to their budgets."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F

from core.database.db import lock_all
from core.database.many_rows import insert_rows
from finance.fees.services import Step
from orders.promotions.models import Promotion, PromotionPart, PromotionUse
from orders.promotions.queries import parts_of_slice, shares_of
from orders.promotions.savings import Saving, borne
from orders.purchases.models import FulfilmentLine, Order, OrderLine


def record_uses(order: Order, lines: Sequence[OrderLine], savings: Sequence[Saving], *, at: dt.datetime) -> None:
    """Store what these savings take off a new order, line by line and by who bears it; the database counts it.

    The lines are those of `choose_savings`, in its order; the caller's transaction holds the promotions.
    """
    if not savings:
        return
    shares = shares_of(saving.promotion for saving in savings)
    uses = [
        PromotionUse(promotion=saving.promotion, order=order, currency=order.currency, used_at=at) for saving in savings
    ]
    parts = [
        PromotionPart(use=use, order_line=line, party=party, amount_minor=minor)
        for use, saving in zip(uses, savings, strict=True)
        for line, taken in zip(lines, saving.by_line, strict=True)
        for party, minor in borne(taken, shares[saving.promotion.pk]).items()
    ]
    insert_rows(uses, parts)


def give_back_uses(order: Order) -> None:
    """All of what an order has used is free again; the same again changes nothing. The caller holds the order."""
    if not order.discount_minor:
        return
    hold_promotions(order)
    PromotionPart.objects.filter(use__order=order).update(back_minor=F("amount_minor"))


def give_back_goods(order: Order, line: FulfilmentLine, step: Step) -> list[tuple[PromotionPart, int]]:
    """What these pieces of a part of the order had used is free again: by the part's own step, for each party.

    The caller holds the order, and gives each piece back once. Says what came back, in minor units.
    """
    cuts = [(part, step.of(minor)) for part, minor in parts_of_slice(line)]
    back = [(part, minor) for part, minor in cuts if minor]
    if not back:
        return []
    hold_promotions(order)
    for part, minor in back:
        part.back_minor = F("back_minor") + minor
    PromotionPart.objects.bulk_update([part for part, _minor in back], ["back_minor"])
    return back


def hold_promotions(order: Order) -> None:
    """Hold what an order has used until the transaction ends, in the order of the ids, and always before any stock.

    The counter begins an order and reserves its goods in one transaction, so promotions come first there.
    """
    if order.discount_minor:
        lock_all(Promotion.objects.filter(uses__order=order))
