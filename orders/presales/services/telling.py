"""Everybody who ordered hears what became of the boxes; nobody hears it twice."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from core.notices.services import notify
from orders.presales.models import PresaleCycle, PresaleOrder
from orders.presales.queries import presale_orders
from orders.presales.services.steps import held, tell
from orders.produce.models import HarvestNotice
from orders.produce.services.harvests import names_of

_P, _O = PresaleCycle.Status, PresaleOrder.Status


@transaction.atomic
def tell_of_state(*, presale: PresaleCycle, at: dt.datetime) -> None:
    """After the allotment how many boxes there are, after a cancel what is refunded, at the delivery that they came."""
    presale = held(presale)
    for order in _orders(presale).exclude(status__in=[_O.WITHDRAWN, _O.DECLINED]):
        if presale.status == _P.CANCELLED or order.status == _O.RETURNED:
            tell(order, "presale_cancelled", at=at, amount=order.returned)
        elif presale.status == _P.ALLOTTED:
            _tell_allotted(order, at=at)
        elif presale.status == _P.DELIVERED:
            tell(order, "presale_arrived", at=at, boxes=str(order.allotted))


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
    for order in _orders(presale).filter(status=_O.PAID):
        tell(order, "presale_may_be_short", at=at, about=str(notice.pk))


@transaction.atomic
def tell_of_recall(*, presale: PresaleCycle, at: dt.datetime) -> None:
    """Its lot is called back: who has boxes does not eat the fruit, who waits for them hears why."""
    for order in _orders(held(presale)).filter(status__in=[_O.ALLOTTED, _O.HANDED_OVER]):
        tell(order, "presale_recalled", at=at)


def _orders(presale: PresaleCycle) -> QuerySet[PresaleOrder]:
    return presale_orders().filter(presale=presale).order_by("pk")


def _tell_allotted(order: PresaleOrder, *, at: dt.datetime) -> None:
    boxes = str(order.allotted)
    if order.allotted == order.boxes:
        tell(order, "presale_allotted", at=at, boxes=boxes, day=order.presale.delivery_date.isoformat())
    else:
        tell(order, "presale_cut", at=at, boxes=boxes, ordered=str(order.boxes), amount=order.returned)
