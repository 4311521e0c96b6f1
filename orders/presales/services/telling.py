"""Everybody who ordered hears what became of the boxes; nobody hears it twice."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from core.money import Money
from core.notices.services import Notification, notify
from finance.payments.models import Refund
from orders.presales.models import PresaleCycle, PresaleOrder
from orders.presales.queries import presale_orders
from orders.presales.services.steps import held, notification, refund_recalled_later, tell_all
from orders.produce.models import HarvestNotice
from orders.produce.services.harvests import names_of

_P, _O = PresaleCycle.Status, PresaleOrder.Status


@transaction.atomic
def tell_of_state(*, presale: PresaleCycle, at: dt.datetime) -> None:
    """After the allotment how many boxes there are, after a cancel what is refunded, at the delivery that they came.

    While orders are being settled nothing is told: the job that settles the last one calls for it again.
    """
    presale = held(presale)
    if presale.settled_at is None:
        return
    orders = list(_orders(presale).exclude(status__in=[_O.WITHDRAWN, _O.DECLINED]))
    to_fetch = _to_fetch(presale)
    tell_all([_of_state(presale, order, to_fetch.get(order.payment_id, 0)) for order in orders], at=at)


@transaction.atomic
def tell_of_harvest(*, presale: PresaleCycle, notice: HarvestNotice, at: dt.datetime) -> None:
    """A harvest of it is cancelled: buyers may get fewer boxes, and the county looks for fruit or cancels."""
    presale = held(presale)
    if presale.status not in {_P.OPEN, _P.CLOSED}:
        return
    opener = presale.opened_by
    notify(
        template="presale_harvest_lost",
        params={"presale": presale.number, "crop": names_of(presale.crop)},
        language=opener.language,
        user=opener,
        link=f"/orders/presales/{presale.pk}/",
        dedupe_key=f"presale_harvest_lost:{presale.pk}:{notice.pk}",
        at=at,
    )
    orders = _orders(presale).filter(status=_O.PAID)
    tell_all([notification(order, "presale_may_be_short", about=str(notice.pk)) for order in orders], at=at)


@transaction.atomic
def tell_of_recall(*, presale: PresaleCycle, at: dt.datetime) -> None:
    """Its lot is called back: who has boxes does not eat the fruit, who waits for them hears why.

    Of boxes that were delivered a job then gives the money back; before, the county cancels the presale.
    """
    presale = held(presale)
    orders = _orders(presale).filter(status__in=[_O.ALLOTTED, _O.HANDED_OVER])
    tell_all([notification(order, "presale_recalled") for order in orders], at=at)
    if presale.status == _P.DELIVERED:
        refund_recalled_later(presale, at=at)


def _orders(presale: PresaleCycle) -> QuerySet[PresaleOrder]:
    return presale_orders().filter(presale=presale).order_by("pk")


def _to_fetch(presale: PresaleCycle) -> dict[UUID, int]:
    """What is owed back of each payment and not fetched yet, in minor units: a cut may have been, before a cancel."""
    owed = Refund.objects.filter(payment__presale_order__presale=presale, status__in=Refund.OWED)
    return dict(owed.order_by("payment").values_list("payment").annotate(minor=Sum("amount_minor")))


def _of_state(presale: PresaleCycle, order: PresaleOrder, to_fetch: int) -> Notification | None:
    boxes = str(order.allotted)
    if presale.status == _P.CANCELLED or order.status == _O.RETURNED:
        amount = Money(to_fetch, order.currency)
        return notification(order, "presale_cancelled", amount=amount) if to_fetch else None
    if presale.status == _P.DELIVERED:
        return notification(order, "presale_arrived", boxes=boxes) if order.status == _O.ALLOTTED else None
    if order.allotted == order.boxes:
        return notification(order, "presale_allotted", boxes=boxes, day=presale.delivery_date.isoformat())
    return notification(order, "presale_cut", boxes=boxes, ordered=str(order.boxes), amount=order.returned)
