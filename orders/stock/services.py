"""Goods come in, are counted, reserved, released and taken out; nothing is sold twice."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import in_transaction, lock, lock_all
from core.database.many_rows import insert_rows
from core.database.prepared_statements import fetch_prepared
from core.errors import Refused, refuses
from core.language.reasons import needs_words
from orders.catalog.models import Variant
from orders.stock.models import Allocation, StockLevel, StockMovement, Warehouse, WarehouseRoute
from stations.accounts.models import User
from stations.network.models import Station

_K = StockMovement.Kind


class OutOfStock(Refused):
    """Fewer pieces, or grams, are free for this county than are wanted."""

    code = "out_of_stock"
    message = _("Of %(variant)s only %(available)s are available.")


class NotInOneWarehouse(Refused):
    """Each line can be supplied, but no warehouse has all of them, and none may supply a part."""

    code = "not_in_one_warehouse"
    message = _("No warehouse has all of these goods. Order %(variant)s separately.")


class QuantityStep(Refused):
    """The variant is sold in steps."""

    code = "quantity_step"
    status = 422
    message = _("%(variant)s is sold in steps of %(step)s.")


class StockIsReserved(Refused):
    """More is reserved than was counted: the reservations have to be released first."""

    code = "stock_is_reserved"
    message = _("%(allocated)s are reserved. Cancel the orders that cannot be supplied, then count again.")


class WarehouseClosed(Refused):
    """The warehouse takes nothing in any more."""

    code = "warehouse_closed"
    message = _("This warehouse is not active.")


class NoWarehouse(Refused):
    """Goods of a supplier have nowhere to arrive."""

    code = "no_warehouse"
    message = _("No warehouse of this county takes goods of suppliers in. %(variant)s cannot be ordered here.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of an order: so many pieces or grams of a variant."""

    reference: UUID
    variant: Variant
    quantity: int


@refuses(WarehouseClosed, QuantityStep)
@transaction.atomic
def receive_stock(
    *,
    warehouse: Warehouse,
    variant: Variant,
    quantity: int,
    by: User,
    at: dt.datetime,
    low_stock_at: int | None = None,
    reason: str = "",
) -> StockLevel:
    """Book goods that have arrived, in pieces or grams; `low_stock_at` sets from when on the clerk is warned.

    Refused: `warehouse_closed`, `quantity_step` (not above zero).
    """
    if not warehouse.is_active:
        raise WarehouseClosed
    if quantity <= 0:
        raise QuantityStep(field="quantity", variant=variant.title, step=variant.quantity_step)
    level, _is_new = StockLevel.objects.get_or_create(warehouse=warehouse, variant=variant)
    if low_stock_at is not None:
        StockLevel.objects.filter(pk=level.pk).update(low_stock_at=low_stock_at)
    _move(level, _K.RECEIPT, on_hand=quantity, by=by, at=at, reason=reason)
    return lock(level)


@refuses(StockIsReserved)
@needs_words("reason")
@transaction.atomic
def adjust_stock(*, level: StockLevel, counted: int, reason: str, by: User, at: dt.datetime) -> StockLevel:
    """Book what was counted, in pieces or grams, with the reason for the difference.

    Refused: `stock_is_reserved` where less was counted than is reserved.
    """
    held = lock(level)
    if counted < held.allocated:
        raise StockIsReserved(field="counted", allocated=held.allocated)
    _move(held, _K.ADJUSTMENT, on_hand=counted - held.on_hand, by=by, at=at, reason=reason)
    return lock(level)


@refuses(OutOfStock, NotInOneWarehouse, QuantityStep)
@in_transaction
def reserve_stock(*, station: Station, lines: Sequence[Wanted], at: dt.datetime) -> list[Allocation]:
    """Reserve the lines of an order for a station, from the warehouses of its county by their position.

    The first that has everything supplies all; otherwise those that may supply a part do so, in their order. The same
    references again give what is reserved already. Refused, with nothing reserved: `out_of_stock`,
    `not_in_one_warehouse`, `quantity_step`.
    """
    for line in lines:
        if line.quantity <= 0 or line.quantity % line.variant.quantity_step:
            raise QuantityStep(field="quantity", variant=line.variant.title, step=line.variant.quantity_step)
    shelves = _held_shelves(station, lines)
    known = reserved_for(line.reference for line in lines)
    if known:
        return known
    plan = _from_one(shelves, lines) or _from_several(shelves, lines)
    insert_rows(plan, _movements(plan, _K.ALLOCATION, at=at))
    return plan


def reserved_for(references: Iterable[UUID]) -> list[Allocation]:
    """What is reserved for these lines, with its level."""
    wanted = tuple(references)
    return _active_of.all(wanted) if wanted else []


@compiled_query
def _active_of(references: Any) -> QuerySet[Allocation]:
    rows = Allocation.objects.filter(reference__in=references, status=Allocation.Status.ACTIVE)
    return rows.select_related("stock_level").order_by("pk")


@refuses()
@transaction.atomic
def release_stock(
    *, references: Collection[UUID], at: dt.datetime, warehouse: Warehouse | None = None
) -> list[Allocation]:
    """Release what is reserved for these lines, everywhere or in one warehouse; lines without a reservation are left
    out."""
    return _end(references, Allocation.Status.RELEASED, _K.RELEASE, at=at, warehouse=warehouse)


@refuses()
@transaction.atomic
def take_out_stock(*, references: Collection[UUID], warehouse: Warehouse, at: dt.datetime) -> list[Allocation]:
    """Take what is reserved for these lines out of one warehouse; lines without a reservation there are left out."""
    return _end(references, Allocation.Status.SOLD, _K.SALE, at=at, warehouse=warehouse)


@refuses()
@transaction.atomic
def return_stock(*, references: Collection[UUID], warehouse: Warehouse, at: dt.datetime) -> list[Allocation]:
    """Put what was taken out of a warehouse for these lines back, once."""
    sold = Allocation.objects.filter(
        reference__in=list(references), status=Allocation.Status.SOLD, stock_level__warehouse=warehouse
    )
    lock_all(StockLevel.objects.filter(pk__in=sold.values("stock_level")))
    back = list(sold.exclude(movements__kind=_K.RETURN).order_by("pk"))
    StockMovement.objects.bulk_create(
        StockMovement(
            stock_level_id=allocation.stock_level_id,
            kind=_K.RETURN,
            allocation=allocation,
            on_hand_delta=allocation.quantity,
            at=at,
        )
        for allocation in back
    )
    return back


@dataclass(slots=True)
class _Shelf:
    """What is free of each variant in one warehouse while a reservation is planned."""

    may_split: bool
    levels: dict[int, StockLevel] = field(default_factory=dict)

    def free(self, variant: Variant) -> int:
        level = self.levels.get(variant.pk)
        return level.free if level else 0

    def take(self, line: Wanted, quantity: int) -> Allocation:
        level = self.levels[line.variant.pk]
        level.allocated += quantity
        return Allocation(reference=line.reference, stock_level=level, quantity=quantity)

    def put_back(self, plan: Sequence[Allocation]) -> None:
        for allocation in plan:
            allocation.stock_level.allocated -= allocation.quantity


def receiving_warehouse(station: Station) -> Warehouse | None:
    """Where goods that suppliers keep arrive for a station: the first warehouse of its county, an active one first."""
    routes = WarehouseRoute.objects.filter(division=station.county_id).select_related("warehouse__station")
    first = routes.order_by("-warehouse__is_active", "priority").first()
    return first.warehouse if first else None


@refuses(NoWarehouse)
def refuse_without_warehouse(station: Station, variant: Variant) -> None:
    """Refuse what a supplier keeps where it has nowhere to arrive. Raises `NoWarehouse`."""
    warehouse = receiving_warehouse(station)
    if warehouse is None or not warehouse.is_active:
        raise NoWarehouse(variant=variant.title)


class _Held(NamedTuple):
    """A level that is held, and the route by which its warehouse serves the county."""

    position: int
    may_split: bool
    pk: int
    warehouse: int
    variant: int
    on_hand: int
    allocated: int


# Held in the order of their ids, so that two callers never wait for each other; a level has one route in a county.
_HELD = """
SELECT route.priority, route.may_split, level.id, level.warehouse_id, level.variant_id, level.on_hand, level.allocated
  FROM orders_stocklevel AS level
  JOIN orders_warehouse AS warehouse ON warehouse.id = level.warehouse_id AND warehouse.is_active
  JOIN orders_warehouseroute AS route ON route.warehouse_id = warehouse.id AND route.division_id = %s
 WHERE level.variant_id = ANY (%s)
 ORDER BY level.id
   FOR NO KEY UPDATE OF level
"""


def _held_shelves(station: Station, lines: Sequence[Wanted]) -> list[_Shelf]:
    """What the warehouses of the station's county hold of these variants, by their position."""
    rows = fetch_prepared(_HELD, [station.county_id, sorted({line.variant.pk for line in lines})])
    shelves: dict[int, _Shelf] = {}
    for held in map(_Held._make, rows):
        shelf = shelves.setdefault(held.position, _Shelf(held.may_split))
        shelf.levels[held.variant] = StockLevel(
            pk=held.pk,
            warehouse_id=held.warehouse,
            variant_id=held.variant,
            on_hand=held.on_hand,
            allocated=held.allocated,
        )
    return [shelves[position] for position in sorted(shelves)]


def _from_one(shelves: Sequence[_Shelf], lines: Sequence[Wanted]) -> list[Allocation]:
    """All lines from the first warehouse that has all; empty where none has."""
    for shelf in shelves:
        plan = [shelf.take(line, line.quantity) for line in lines if shelf.free(line.variant) >= line.quantity]
        if len(plan) == len(lines):
            return plan
        shelf.put_back(plan)
    return []


def _from_several(shelves: Sequence[_Shelf], lines: Sequence[Wanted]) -> list[Allocation]:
    """Parts from the warehouses that may supply parts. Raises `OutOfStock`, `NotInOneWarehouse`."""
    free = {line.variant.pk: [shelf.free(line.variant) for shelf in shelves] for line in lines}
    plan: list[Allocation] = []
    short: list[tuple[Wanted, int]] = []
    for line in lines:
        parts = _parts(line, [shelf for shelf in shelves if shelf.may_split])
        plan += parts
        supplied = sum(part.quantity for part in parts)
        if supplied < line.quantity:
            short.append((line, max([supplied, *free[line.variant.pk]])))
    if short:
        _refuse(short)
    return plan


def _parts(line: Wanted, shelves: list[_Shelf]) -> list[Allocation]:
    """What each warehouse gives to a line, in whole steps: nobody can order the rest of one."""
    parts: list[Allocation] = []
    missing = line.quantity
    for shelf in shelves:
        part = min(missing, shelf.free(line.variant))
        part -= part % line.variant.quantity_step
        if part:
            parts.append(shelf.take(line, part))
            missing -= part
    return parts


def _refuse(short: list[tuple[Wanted, int]]) -> NoReturn:
    """Say what is missing; where each line can be had somewhere, that they cannot be had together."""
    for line, available in short:
        if available < line.quantity:
            raise OutOfStock(variant=line.variant.title, available=available)
    raise NotInOneWarehouse(variant=short[0][0].variant.title)


def _end(
    references: Collection[UUID],
    status: Allocation.Status,
    kind: str,
    *,
    at: dt.datetime,
    warehouse: Warehouse | None = None,
) -> list[Allocation]:
    levels = StockLevel.objects.filter(
        allocations__reference__in=list(references), allocations__status=Allocation.Status.ACTIVE
    )
    lock_all(StockLevel.objects.filter(pk__in=levels.values("pk")))
    active = reserved_for(references)
    ending = [each for each in active if warehouse is None or each.stock_level.warehouse_id == warehouse.pk]
    for allocation in ending:
        allocation.status = status
    Allocation.objects.filter(pk__in=[allocation.pk for allocation in ending]).update(status=status)
    insert_rows(_movements(ending, kind, at=at))
    return ending


def _movements(allocations: Sequence[Allocation], kind: str, *, at: dt.datetime) -> list[StockMovement]:
    """One movement of each reservation."""
    sign = 1 if kind == _K.ALLOCATION else -1
    return [
        StockMovement(
            stock_level_id=allocation.stock_level_id,
            kind=kind,
            allocation=allocation,
            allocated_delta=sign * allocation.quantity,
            on_hand_delta=-allocation.quantity if kind == _K.SALE else 0,
            at=at,
        )
        for allocation in allocations
    ]


def _move(level: StockLevel, kind: str, *, on_hand: int, by: User, at: dt.datetime, reason: str) -> None:
    StockMovement.objects.create(stock_level=level, kind=kind, on_hand_delta=on_hand, made_by=by, at=at, reason=reason)
