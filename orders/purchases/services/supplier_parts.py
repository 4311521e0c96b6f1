"""What suppliers keep of an order: a part for each of them, asked for once it is paid, and cut to what is confirmed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.errors import Refused, refuses
from core.history import record_change, record_changes
from core.jobs.services import enqueue
from core.money import split
from orders.catalog.models import Supplier
from orders.promotions.queries import discounts_of_slices
from orders.purchases.models import Fulfilment, FulfilmentLine, Order, OrderLine
from orders.purchases.services.steps import supplier_asked
from orders.stock.services import QuantityStep, receiving_warehouse
from stations.accounts.models import User

_F = Fulfilment.Status


class ConfirmedTooMuch(Refused):
    """Nobody has ordered so much."""

    code = "confirmed_too_much"
    status = 422
    message = _("Of %(variant)s only %(quantity)s were ordered.")


class NothingConfirmed(Refused):
    """A supplier that delivers nothing refuses."""

    code = "nothing_confirmed"
    status = 422
    message = _("The supplier delivers nothing of this. Refuse it instead.")


class NotOfTheseGoods(Refused):
    """The supplier was asked for other articles."""

    code = "not_of_these_goods"
    status = 422
    message = _("Line %(number)s: this article is not among these goods.")


class Slice(NamedTuple):
    """So much of a line that a supplier keeps, and how much of it the supplier delivers."""

    line: FulfilmentLine
    confirmed: int


def write_supplier_parts(order: Order, *, at: dt.datetime) -> list[Fulfilment]:
    """One part for each supplier that keeps goods of the order; nobody has confirmed them yet."""
    lines = order.lines.filter(supply=OrderLine.ON_DEMAND).select_related("supplier").order_by("pk")
    by_supplier: dict[Supplier, list[OrderLine]] = {}
    for line in lines:
        by_supplier.setdefault(line.supplier, []).append(line)
    if not by_supplier:
        return []
    warehouse = present(receiving_warehouse(order.station))
    parts = [
        Fulfilment(
            order=order,
            warehouse=warehouse,
            supplier=supplier,
            status=_F.PENDING,
            goods_minor=sum(line.goods_minor for line in own),
            discount_minor=sum(line.discount_minor for line in own),
            currency=order.currency,
            allocated_at=at,
        )
        for supplier, own in by_supplier.items()
    ]
    Fulfilment.objects.bulk_create(parts)
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(
            fulfilment=part,
            order_line=line,
            quantity=line.quantity,
            goods_minor=line.goods_minor,
            discount_minor=line.discount_minor,
            currency=line.currency,
        )
        for part, own in zip(parts, by_supplier.values(), strict=True)
        for line in own
    )
    record_changes(parts, old="", new=_F.PENDING, at=at)
    return parts


def ask_suppliers(order: Order, *, at: dt.datetime) -> list[Fulfilment]:
    """The suppliers of an order are asked once what is due in advance is paid; their time runs from now.

    The caller holds the order. Asked again, nobody gets more time.
    """
    if order.status != Order.Status.PLACED or order.advance_due:
        return []
    parts = list(order.fulfilments.filter(status=_F.PENDING, asked_at=None).select_related("supplier").order_by("pk"))
    for part in parts:
        part.asked_at = at
        part.confirm_by_at = at + dt.timedelta(hours=present(part.supplier).confirms_within_hours)
        part.save(update_fields=["asked_at", "confirm_by_at", "updated_at"])
        enqueue(
            "purchases.lapse_fulfilment",
            dedupe_key=f"fulfilment-lapse:{part.pk}",
            payload={"fulfilment": str(part.pk)},
            run_at=part.confirm_by_at,
        )
        supplier_asked(part, at=at)
    return parts


@refuses(ConfirmedTooMuch, NothingConfirmed, QuantityStep)
def slices_of(part: Fulfilment, quantities: Mapping[UUID, int]) -> list[Slice]:
    """What is confirmed of each line, by the id of the order's line; a line that is not named is confirmed whole.

    Refused: `confirmed_too_much`, `nothing_confirmed`, `quantity_step`.
    """
    lines = part.lines.select_related("order_line__variant__product").order_by("pk")
    slices = [Slice(line, quantities.get(line.order_line_id, line.quantity)) for line in lines]
    for line, confirmed in slices:
        variant = line.order_line.variant
        if confirmed > line.quantity:
            raise ConfirmedTooMuch(field="quantity", variant=variant.title, quantity=line.quantity)
        if confirmed < 0 or confirmed % variant.quantity_step:
            raise QuantityStep(field="quantity", variant=variant.title, step=variant.quantity_step)
    if not any(each.confirmed for each in slices):
        raise NothingConfirmed(field="quantity")
    return slices


def cut_off(part: Fulfilment, slices: Sequence[Slice], *, by: User | None, at: dt.datetime) -> Fulfilment | None:
    """Leave in a part what is confirmed; the rest is a part of its own that is cancelled, or None where all is.

    Amounts are split by quantities, discounts by what the goods cost, both to the last minor unit. The caller holds
    the part, of which nobody has confirmed anything yet.
    """
    if all(each.confirmed == each.line.quantity for each in slices):
        return None
    rest = Fulfilment(
        order=part.order,
        warehouse=part.warehouse,
        supplier=part.supplier,
        status=_F.CANCELLED,
        goods_minor=0,
        currency=part.currency,
        allocated_at=part.allocated_at,
    )
    rows = [row for each in slices for row in _rows(each, part, rest)]
    discounts_of_slices(rows)
    part.lines.all().delete()
    for target in (part, rest):
        own = [row for row in rows if row.fulfilment is target]
        target.goods_minor = sum(row.goods_minor for row in own)
        target.discount_minor = sum(row.discount_minor for row in own)
    part.save(update_fields=["goods_minor", "discount_minor", "updated_at"])
    rest.save(force_insert=True)
    FulfilmentLine.objects.bulk_create(rows)
    record_change(rest, old="", new=rest.status, at=at, actor=by.pk if by else None)
    return rest


def _rows(each: Slice, part: Fulfilment, rest: Fulfilment) -> list[FulfilmentLine]:
    """A line once more: what stays of it, and what does not."""
    line, confirmed = each
    quantities = [confirmed, line.quantity - confirmed]
    amounts = split(line.goods, quantities)
    return [
        FulfilmentLine(
            fulfilment=target,
            order_line=line.order_line,
            quantity=quantity,
            goods_minor=goods.minor,
            currency=line.currency,
        )
        for target, quantity, goods in zip((part, rest), quantities, amounts, strict=True)
        if quantity
    ]
