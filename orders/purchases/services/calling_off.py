"""Goods that a supplier was asked for and that nobody needs any more: how the supplier gets to know it."""

import datetime as dt

from django.db import transaction

from core.database.db import lock, present
from core.errors import WrongState, refuses
from core.events.services import publish
from core.jobs.services import enqueue
from core.models import Notice
from core.notices.services import notify
from orders.catalog.models import Supplier
from orders.purchases.machine import FULFILMENT
from orders.purchases.models import Fulfilment
from stations.accounts.models import User

TEMPLATE, SENT_TEMPLATE = "supplier_goods_cancelled", "supplier_goods_to_fetch"
#: A message that is written in the evening leaves in the morning: until then nobody has to call.
MESSAGE_TAKES = dt.timedelta(hours=12)


def call_off(part: Fulfilment, *, at: dt.datetime) -> None:
    """A supplier that was asked has nothing to deliver any more; the caller has cancelled the part.

    Who has an order system hears it there. Else the contact gets a message, and where there is no phone, or the
    message does not arrive, the county's clerks are asked to call.
    """
    if not part.is_on_demand or part.asked_at is None:
        return
    supplier_does_not_deliver(part, at=at)
    supplier = present(part.supplier)
    if supplier.system_id is not None:
        return
    part.not_needed_at = at
    part.save(update_fields=["not_needed_at", "updated_at"])
    if supplier.contact_phone:
        _write_to(supplier, part, at=at)


def supplier_does_not_deliver(part: Fulfilment, *, at: dt.datetime) -> None:
    """The system of a supplier releases what it was asked for; one that has said so itself needs no other word."""
    if part.is_on_demand and part.asked_at is not None:
        publish("orders.supplier_not_needed", at=at, fulfilment=str(part.pk), order=str(part.order_id))


@transaction.atomic
def note_message_arrived(*, fulfilment: Fulfilment, at: dt.datetime) -> Fulfilment:
    """The supplier knows once the message to its contact has arrived; any other stays for the clerks to call."""
    part = lock(fulfilment)
    notice = message_to_supplier(part)
    has_arrived = notice is not None and notice.state == Notice.State.DELIVERED
    if not has_arrived or part.supplier_told_at is not None:
        return part
    part.supplier_told_at = at
    part.save(update_fields=["supplier_told_at", "updated_at"])
    return part


@refuses(WrongState)
@transaction.atomic
def note_supplier_informed(*, fulfilment: Fulfilment, by: User, at: dt.datetime) -> Fulfilment:
    """The county has told the supplier that the goods are not needed. Again changes nothing. Refused: `wrong_state`."""
    part = lock(fulfilment)
    FULFILMENT.check("note_supplier_informed", part.status)
    if part.not_needed_at is None:
        raise WrongState(state=str(part.get_status_display()))
    if part.supplier_told_at is None:
        part.supplier_told_at, part.supplier_told_by = at, by
        part.save(update_fields=["supplier_told_at", "supplier_told_by", "updated_at"])
    return part


def message_to_supplier(part: Fulfilment) -> Notice | None:
    """What was written to the contact of its supplier."""
    return Notice.objects.filter(dedupe_key=_key_of(part)).first()


def _write_to(supplier: Supplier, part: Fulfilment, *, at: dt.datetime) -> None:
    lines = list(part.lines.select_related("order_line__variant__product").order_by("pk"))
    product = lines[0].order_line.variant.product
    is_chinese = supplier.contact_language == "zh-hans"
    station = part.order.station
    notify(
        template=SENT_TEMPLATE if part.shipped_at else TEMPLATE,
        params={
            "number": part.order.number,
            "what": product.name_zh if is_chinese else product.name,
            "lines": len(lines),
        },
        language=supplier.contact_language,
        phone=supplier.contact_phone,
        dedupe_key=_key_of(part),
        at=at,
        zone=station.zone,
    )
    enqueue(
        "purchases.note_message_arrived",
        dedupe_key=f"supplier-told:{part.pk}",
        payload={"fulfilment": str(part.pk)},
        run_at=at + MESSAGE_TAKES,
    )


def _key_of(part: Fulfilment) -> str:
    return f"{TEMPLATE}:{part.pk}"
