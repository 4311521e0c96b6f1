"""The warehouse: goods of an order are picked, packed as a parcel, and sent."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.database.many_rows import insert_rows
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import change_rows
from core.models import StatusChange
from core.money import Money, split
from logistics.parcels.models import Parcel
from logistics.parcels.services import create_parcel, load_parcel
from orders.promotions.queries import discounts_of_slices
from orders.purchases.machine import FULFILMENT
from orders.purchases.models import Fulfilment, FulfilmentLine, Order, OrderLine
from orders.purchases.services.paying import share_cash, spread_cash
from orders.purchases.services.steps import held, move_fulfilment
from orders.purchases.services.supplier_parts import ask_suppliers, write_supplier_parts
from orders.stock.models import Allocation
from orders.stock.services import reserved_for, take_out_stock
from stations.accounts.models import User


class PaymentMissing(Refused):
    """Goods are picked when the deposit, or all of what is paid in advance, is there."""

    code = "deposit_due"
    message = _("%(amount)s must be paid at the station first.")


class NotArrived(Refused):
    """Goods that a supplier keeps are not in the warehouse: they are received, and not picked."""

    code = "not_arrived"
    message = _("The supplier brings these goods. Receive them when they are here.")


def make_fulfilments(
    order: Order, lines: Sequence[OrderLine], moved: Sequence[StatusChange], *, at: dt.datetime
) -> list[Fulfilment]:
    """One part for each warehouse that has reserved something for an order that was just placed, and for each supplier
    that keeps some, with the cash that is due for it.

    `moved` is the trace of the order, which is written with them. A supplier is asked at once where nothing is due in
    advance.
    """
    if not any(line.is_on_demand for line in lines):
        return write_fulfilments(lines, due=order.due, moved=moved, at=at)
    made = write_fulfilments(lines, moved=moved, at=at) + write_supplier_parts(order, at=at)
    spread_cash(order, at=at)
    ask_suppliers(order, at=at)
    return made


def write_fulfilments(
    lines: Iterable[OrderLine],
    *,
    due: Money | None = None,
    moved: Sequence[StatusChange] = (),
    at: dt.datetime,
) -> list[Fulfilment]:
    """The parts of one or several orders with these lines, each with a trace.

    `due` is what the one order still costs: it is spread over its parts by their price. Without it no cash is due.
    """
    by_id = {line.pk: line for line in lines}
    by_line: dict[UUID, list[Allocation]] = defaultdict(list)
    for allocation in reserved_for(by_id):
        by_line[allocation.reference].append(allocation)
    parts: dict[tuple[UUID, int], Fulfilment] = {}
    rows: list[FulfilmentLine] = []
    for pk, allocations in by_line.items():
        line = by_id[pk]
        amounts = split(line.goods, [allocation.quantity for allocation in allocations])
        for allocation, goods in zip(allocations, amounts, strict=True):
            warehouse = allocation.stock_level.warehouse_id
            new = Fulfilment(
                order_id=line.order_id,
                warehouse_id=warehouse,
                goods_minor=0,
                currency=line.currency,
                allocated_at=at,
            )
            part = parts.setdefault((line.order_id, warehouse), new)
            part.goods_minor += goods.minor
            rows.append(
                FulfilmentLine(
                    fulfilment=part,
                    order_line=line,
                    quantity=allocation.quantity,
                    goods_minor=goods.minor,
                    currency=line.currency,
                )
            )
    discounts_of_slices(rows)
    for row in rows:
        row.fulfilment.discount_minor += row.discount_minor
    made = list(parts.values())
    if due is not None:
        share_cash(made, due)
    insert_rows(made, rows, [*moved, *change_rows(made, old="", new=Fulfilment.Status.ALLOCATED, at=at)])
    return made


@refuses(WrongState, PaymentMissing, NotArrived)
@transaction.atomic
def pick_fulfilment(*, fulfilment: Fulfilment, by: User, at: dt.datetime) -> Fulfilment:
    """The goods are taken from the shelf. Refused: `wrong_state`, `not_arrived`, `deposit_due`."""
    order = held(fulfilment.order)
    fulfilment = lock(fulfilment)
    FULFILMENT.check("pick_fulfilment", fulfilment.status)
    if fulfilment.is_on_demand:
        raise NotArrived
    if order.advance_due:
        raise PaymentMissing(amount=order.advance_due.display())
    return move_fulfilment(fulfilment, Fulfilment.Status.PICKED, at=at, by=by)


@refuses(WrongState, *refused_by(create_parcel))
@transaction.atomic
def pack_fulfilment(*, fulfilment: Fulfilment, weight_g: int, by: User, at: dt.datetime) -> Fulfilment:
    """The goods are in a parcel of so many grams, addressed to the station; what is due is written on it.

    Refused: `wrong_state`, `station_not_served`.
    """
    order = held(fulfilment.order)
    fulfilment = lock(fulfilment)
    FULFILMENT.check("pack_fulfilment", fulfilment.status)
    parcel = create_parcel(
        from_station=fulfilment.warehouse.station,
        to_station=order.station,
        contents_ref=fulfilment.pk,
        receiver=order.villager,
        receiver_name=order.buyer_name,
        receiver_phone=order.buyer_phone,
        cash_due=fulfilment.cash_due,
        weight_g=weight_g,
        by=by,
        at=at,
        key=f"fulfilment:{fulfilment.pk}",
    )
    fulfilment.parcel, fulfilment.parcel_number, fulfilment.weight_g = parcel.pk, parcel.number, weight_g
    return move_fulfilment(fulfilment, Fulfilment.Status.PACKED, at=at, by=by)


@refuses(WrongState, *refused_by(load_parcel))
@transaction.atomic
def dispatch_fulfilment(*, fulfilment: Fulfilment, by: User, at: dt.datetime) -> Fulfilment:
    """The parcel leaves the warehouse: its goods are taken out of stock. Refused: `wrong_state`."""
    order = held(fulfilment.order)
    fulfilment = lock(fulfilment)
    FULFILMENT.check("dispatch_fulfilment", fulfilment.status)
    parcel = Parcel.objects.get(pk=present(fulfilment.parcel))
    if parcel.status not in (Parcel.Status.IN_TRANSIT, Parcel.Status.OUT_FOR_DELIVERY):
        load_parcel(parcel=parcel, by=by, at=at)
    return send_out(order, fulfilment, by=by, at=at)


def send_out(order: Order, fulfilment: Fulfilment, *, by: User | None, at: dt.datetime) -> Fulfilment:
    """Take the goods of a parcel that has left out of stock; order and part are held."""
    lines = list(fulfilment.lines.all())
    take_out_stock(references=[line.order_line_id for line in lines], warehouse=fulfilment.warehouse, at=at)
    fulfilment.dispatched_at = at
    Order.objects.filter(pk=order.pk).update(
        dispatched=F("dispatched") + sum(line.quantity for line in lines), updated_at=at
    )
    return move_fulfilment(fulfilment, Fulfilment.Status.DISPATCHED, at=at, by=by)
