"""The money of orders follows what was allotted: some at a time, each part in one transaction."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core.database.db import lock_all
from core.errors import refused_by, refuses
from core.history import record_changes
from finance.payments.models import Refund
from finance.payments.services import Back, refund_payments
from orders.presales.machine import PRESALE, PRESALE_ORDER
from orders.presales.models import PresaleCycle, PresaleOrder
from orders.presales.services.steps import held, settle_later, tell_later

_P, _O = PresaleCycle.Status, PresaleOrder.Status
#: So many orders in one transaction.
TOGETHER = 200


@refuses(*refused_by(refund_payments))
@transaction.atomic
def settle_presale(*, presale: PresaleCycle, at: dt.datetime, most: int = TOGETHER) -> int:
    """Settle the next orders of an allotted or cancelled presale; how many. The rest is a job's, written with them.

    Of an allotted one everybody keeps what is allotted, and the rest is owed back; of a cancelled one all of it is.
    What is settled is left alone, so that whoever dies in the middle loses nothing and doubles nothing.
    """
    presale = held(presale)
    if not PRESALE.allows("settle_presale", presale.status):
        return 0
    waiting = PresaleOrder.objects.filter(presale=presale, status__in=PRESALE_ORDER.arrows["settle_presale"])
    if presale.status == _P.ALLOTTED:
        waiting = waiting.filter(status=_O.PAID)
    rows = lock_all(waiting.filter(pk__in=waiting.order_by("pk").values("pk")[:most]))
    orders = list(PresaleOrder.objects.select_related("payment").filter(pk__in=[row.pk for row in rows]).order_by("pk"))
    _settle(presale, orders, at=at)
    if waiting.exists():
        settle_later(presale, at=at, after=orders[-1])
    elif presale.settled_at is None:
        presale.settled_at = at
        presale.save(update_fields=["settled_at", "updated_at"])
        tell_later(presale, at=at)
    return len(orders)


def _settle(presale: PresaleCycle, orders: Sequence[PresaleOrder], *, at: dt.datetime) -> None:
    back: list[Back] = []
    ended: dict[tuple[str, str], list[PresaleOrder]] = {}
    for order in orders:
        before, owed_before = order.status, order.returned
        kept = (order.allotted or 0) if presale.status == _P.ALLOTTED else 0
        order.returned_minor = order.held_minor - presale.cost(kept).minor
        order.status = _O.ALLOTTED if kept else _O.RETURNED
        order.ended_at = None if kept else at
        owed = order.returned - owed_before
        if owed:
            turn = "rest" if presale.status == _P.CANCELLED else "cut"
            back.append(Back(order.payment, owed, f"presale:{order.pk}:{turn}"))
        ended.setdefault((before, order.status), []).append(order)
    refund_payments(parts=back, reason=Refund.Reason.CANCELLED, at=at)
    PresaleOrder.objects.bulk_update(orders, ["status", "returned_minor", "ended_at"])
    for (before, after), rows in ended.items():
        record_changes(rows, old=before, new=after, at=at)
