"""A supplier's system is asked for what the supplier keeps, and told when nobody wants it any more."""

import datetime as dt
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.fields import uuid7
from core.history import record_change
from core.instants import for_programs
from core.jobs.services import enqueue
from core.language.reasons import needs_words
from core.money import decimal_text
from orders.purchases.models import Fulfilment, FulfilmentLine
from orders.suppliers.models import SupplierOrder
from stations.accounts.models import User

_S = SupplierOrder.Status


class NotToExamine(Refused):
    """It goes its way, or has ended."""

    code = "not_to_examine"
    message = _("Nothing of this order is to be examined.")


class GoodsUndecided(Refused):
    """The goods still wait for somebody to say what the supplier delivers."""

    code = "goods_undecided"
    message = _("It is not recorded yet what the supplier delivers. The county confirms or refuses these goods first.")


class AskedLine(TypedDict):
    """One article, as docs/providers.md writes it."""

    line: str
    sku: str
    barcode: str | None
    unit: str
    quantity: int
    unit_price: str
    amount: str


@transaction.atomic
def place_supplier_order(*, fulfilment: Fulfilment, at: dt.datetime) -> SupplierOrder | None:
    """Write what the supplier's system is asked, with the job that asks; None without a system, or asked before."""
    supplier = fulfilment.supplier
    if supplier is None or supplier.system_id is None or fulfilment.status != Fulfilment.Status.PENDING:
        return None
    our_ref = uuid7()
    placed = SupplierOrder(
        id=our_ref,
        supplier=supplier,
        fulfilment=fulfilment,
        body={"our_ref": str(our_ref), **_wanted(fulfilment)},
        round_began_at=at,
        next_attempt_at=at,
        made_at=at,
    )
    try:
        with transaction.atomic():
            placed.save(force_insert=True)
    except IntegrityError:
        return None
    plan_calls(placed, at=at)
    return placed


@transaction.atomic
def release_supplier_order(*, fulfilment: Fulfilment, at: dt.datetime) -> SupplierOrder | None:
    """The goods are not wanted any more: whatever the supplier has confirmed, or will, is released there.

    What it has refused, or was never told of, needs no word. Again changes nothing.
    """
    found = SupplierOrder.objects.filter(fulfilment=fulfilment).first()
    if found is None:
        return None
    order = lock(found)
    if order.status in {_S.REFUSED, _S.RELEASING, _S.RELEASED}:
        return order
    begin_release(order, at=at)
    order.save()
    return order


@refuses(NotToExamine, GoodsUndecided)
@needs_words("reason")
@transaction.atomic
def note_examined(*, order: SupplierOrder, reason: str, by: User, at: dt.datetime) -> SupplierOrder:
    """Somebody has asked the supplier on the telephone: what is recorded of the goods stands, and no call is made.

    Refused: `not_to_examine`, `goods_undecided` while the goods wait for a word of the supplier.
    """
    order = lock(order)
    if order.status != _S.FAILED:
        raise NotToExamine
    part = Fulfilment.objects.get(pk=order.fulfilment_id)
    if part.status == Fulfilment.Status.PENDING:
        raise GoodsUndecided
    order.status, order.last_error = _recorded_of(order, part), ""
    order.answered_at = order.answered_at or at
    order.save()
    record_change(order, old=_S.FAILED, new=order.status, at=at, actor=by.pk, reason=reason)
    return order


def _recorded_of(order: SupplierOrder, part: Fulfilment) -> str:
    """The state that says what is recorded of the goods."""
    if part.status == Fulfilment.Status.CANCELLED:
        return _S.RELEASED
    confirmed = {str(line): quantity for line, quantity in part.lines.values_list("order_line", "quantity")}
    return _S.CONFIRMED if confirmed == {line["line"]: line["quantity"] for line in order.body["lines"]} else _S.PARTLY


def begin_release(order: SupplierOrder, *, at: dt.datetime) -> None:
    """Another round of calls, which releases; the caller holds it and stores it."""
    order.status = _S.RELEASING
    begin_round(order, at=at)


def begin_round(order: SupplierOrder, *, at: dt.datetime) -> None:
    """Calls begin anew; the caller holds it and stores it."""
    order.round, order.round_began_at, order.attempts, order.next_attempt_at = order.round + 1, at, 0, at
    plan_calls(order, at=at)


def plan_calls(order: SupplierOrder, *, at: dt.datetime) -> None:
    """A job makes the calls of this round until they are answered."""
    enqueue(
        "suppliers.order",
        dedupe_key=f"supplier-order:{order.pk}:{order.round}",
        payload={"order": str(order.pk), "round": order.round},
        run_at=at,
    )


def _wanted(fulfilment: Fulfilment) -> dict[str, object]:
    order = fulfilment.order
    lines = fulfilment.lines.select_related("order_line__variant").order_by("pk")
    confirm_by = fulfilment.confirm_by_at
    return {
        "order": order.number,
        "station": order.station.code,
        "county": order.station.county.code,
        "currency": order.currency,
        "confirm_by": for_programs(confirm_by) if confirm_by else None,
        "lines": [_line(line) for line in lines],
    }


def _line(line: FulfilmentLine) -> AskedLine:
    ordered, variant = line.order_line, line.order_line.variant
    return {
        "line": str(ordered.pk),
        "sku": variant.sku,
        "barcode": variant.barcode or None,
        "unit": variant.unit,
        "quantity": line.quantity,
        "unit_price": decimal_text(ordered.unit_price_minor, line.currency),
        "amount": decimal_text(line.goods_minor, line.currency),
    }
