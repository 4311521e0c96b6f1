"""Suppliers are told of their part of an order: a row for each event, which a job sends until it is answered."""

import datetime as dt
from collections import defaultdict
from typing import NotRequired, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.fields import uuid7
from core.instants import for_programs
from core.jobs.services import enqueue
from core.money import decimal_text
from orders.catalog.models import Supplier
from orders.purchases.models import Order, OrderLine
from orders.returns.models import Return, ReturnLine
from orders.suppliers.models import SupplierWebhook
from orders.suppliers.queries import lines_to_tell

_K, _S = SupplierWebhook.Kind, SupplierWebhook.Status


class AlreadyDelivered(Refused):
    """The supplier's system has it."""

    code = "already_delivered"
    message = _("The supplier's system has confirmed this already.")


class WebhookLine(TypedDict):
    """One article, as docs/providers.md writes it; what comes back has a condition and no price."""

    line: str
    sku: str
    barcode: str | None
    unit: str
    quantity: int
    unit_price: NotRequired[str]
    amount: NotRequired[str]
    condition: NotRequired[str]


class PurchaseData(TypedDict):
    """What an event says besides the order and its station."""

    lines: list[WebhookLine]
    replaces: NotRequired[str]
    goods_return: NotRequired[str]
    reason: NotRequired[str]


@refuses()
@transaction.atomic
def push_order(*, order: Order, kind: str, at: dt.datetime) -> list[SupplierWebhook]:
    """Tell each supplier with a system of its own what of its goods was ordered (`placed`) or `cancelled`, once.

    An order that replaces goods is told like any other, with the number of their return.
    """
    by_supplier: dict[Supplier, list[WebhookLine]] = defaultdict(list)
    for supplier, line in lines_to_tell(order):
        by_supplier[supplier].append(_ordered(line))
    about: PurchaseData = {"lines": []}
    if order.replaces is not None:
        about["replaces"] = order.replaces.number
    pushed = [
        _push(supplier, order, kind, order.pk, {**about, "lines": lines}, at=at)
        for supplier, lines in by_supplier.items()
    ]
    return [webhook for webhook in pushed if webhook]


@refuses()
@transaction.atomic
def push_return(*, goods_return: Return, at: dt.datetime) -> list[SupplierWebhook]:
    """Tell each supplier with a system of its own how many of its goods that came back were accepted, once."""
    order = goods_return.order
    known = {line.pk: (supplier, line) for supplier, line in lines_to_tell(order)}
    by_supplier: dict[Supplier, list[WebhookLine]] = defaultdict(list)
    for came in goods_return.lines.filter(accepted_quantity__gt=0).select_related("part").order_by("pk"):
        if came.part.order_line_id in known:
            supplier, line = known[came.part.order_line_id]
            by_supplier[supplier].append(_returned(line, came))
    about: PurchaseData = {"goods_return": goods_return.number, "reason": goods_return.reason, "lines": []}
    pushed = [
        _push(supplier, order, _K.RETURNED, goods_return.pk, {**about, "lines": lines}, at=at)
        for supplier, lines in by_supplier.items()
    ]
    return [webhook for webhook in pushed if webhook]


@refuses(AlreadyDelivered)
@transaction.atomic
def send_again(*, webhook: SupplierWebhook, at: dt.datetime) -> SupplierWebhook:
    """Begin the attempts anew, now. Refused: `already_delivered`."""
    webhook = lock(webhook)
    if webhook.status == _S.DELIVERED:
        raise AlreadyDelivered
    webhook.status, webhook.next_attempt_at = _S.WAITING, at
    webhook.round, webhook.round_began_at = webhook.round + 1, at
    webhook.save()
    _plan(webhook, at=at)
    return webhook


def _push(
    supplier: Supplier, order: Order, kind: str, about: UUID, data: PurchaseData, *, at: dt.datetime
) -> SupplierWebhook | None:
    """Write the event with its job; None where it was written before."""
    event_id = uuid7()
    webhook = SupplierWebhook(
        id=event_id,
        supplier=supplier,
        order=order,
        kind=kind,
        about=about,
        body=_body(event_id, order, kind, data, at=at),
        round_began_at=at,
        next_attempt_at=at,
        made_at=at,
    )
    try:
        with transaction.atomic():
            webhook.save(force_insert=True)
    except IntegrityError:
        return None
    _plan(webhook, at=at)
    return webhook


def _plan(webhook: SupplierWebhook, *, at: dt.datetime) -> None:
    enqueue(
        "suppliers.push",
        dedupe_key=f"supplier-push:{webhook.pk}:{webhook.round}",
        payload={"webhook": str(webhook.pk), "round": webhook.round},
        run_at=at,
    )


def _body(event_id: UUID, order: Order, kind: str, data: PurchaseData, *, at: dt.datetime) -> dict[str, object]:
    station = order.station
    return {
        "event_id": str(event_id),
        "event_type": f"purchase_order.{kind}",
        "occurred_at": for_programs(at),
        "data": {
            "order": order.number,
            "station": station.code,
            "county": station.county.code,
            "currency": order.currency,
            **data,
        },
    }


def _ordered(line: OrderLine) -> WebhookLine:
    return {
        **_article(line, line.quantity),
        "unit_price": decimal_text(line.unit_price_minor, line.currency),
        "amount": decimal_text(line.goods_minor, line.currency),
    }


def _returned(line: OrderLine, came: ReturnLine) -> WebhookLine:
    return {**_article(line, came.accepted_quantity or 0), "condition": came.condition}


def _article(line: OrderLine, quantity: int) -> WebhookLine:
    variant = line.variant
    return {
        "line": str(line.pk),
        "sku": variant.sku,
        "barcode": variant.barcode or None,
        "unit": variant.unit,
        "quantity": quantity,
    }
