"""Residents order boxes of a harvest with their money, and get it back while that is possible."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock
from core.errors import QuoteChanged, Refused, WrongState, refused_by, refuses
from core.fields import uuid7
from core.history import record_change
from core.money import Money
from finance.payments.models import Payment, Refund
from finance.payments.services import Tender, prove_tender, refund_payment, sell
from orders.presales.machine import PRESALE, PRESALE_ORDER
from orders.presales.models import PresaleCycle, PresaleOrder
from orders.presales.services.steps import SERVICE, decline_until, held, tell
from orders.purchases.services.paying import PartSale
from orders.purchases.services.starting import MOST_MINOR, AmountImpossible, BuyerUnknown
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services import refuse_unless_open
from stations.people.models import Person

#: So many orders at most in one presale: they are told one by one.
MOST_ORDERS = 5_000
_O = PresaleOrder.Status


class PresaleClosed(Refused):
    """Whatever the clock of the device says: the server's decides."""

    code = "presale_closed"
    message = _("The time for orders of this presale is over.")


class PresaleFull(Refused):
    """More boxes would be ordered than the harvests give."""

    code = "presale_full"
    message = _("Only %(left)s boxes can still be ordered in this presale.")


class DeclineTooLate(Refused):
    """An order ends before the close, or within a day after the notice that fewer boxes were allotted."""

    code = "decline_too_late"
    message = _("The time is over in which this order could be cancelled.")


@dataclass(frozen=True, kw_only=True)
class PresaleSale(PartSale):
    """What one resident pays for boxes of a harvest; nobody earns anything of it until they are delivered."""

    order: PresaleOrder

    def slip_lines(self) -> list[dict[str, Any]]:
        """Of which presale, how many boxes of what, and from when they are here."""
        presale = self.order.presale
        crop, grade = presale.crop, presale.grade
        names = {"en": f"{crop.name}, {grade.name}", "zh-hans": f"{crop.name_zh} {grade.name_zh}"}
        return [
            {"name": "presale", "label": {"en": "Presale", "zh-hans": "预售"}, "value": presale.number},
            {"name": "article", "label": names, "value": f"× {self.order.boxes}"},
            {
                "name": "box",
                "label": {"en": "A box", "zh-hans": "每箱"},
                "value": f"{presale.box_g / 1000:g} kg, {presale.price}",
            },
            {
                "name": "pickup",
                "label": {"en": "Collect from", "zh-hans": "取货日期"},
                "value": presale.delivery_date.isoformat(),
            },
        ]

    def store(self, payment: Payment) -> None:
        """The order, with the payment that paid it."""
        self.order.payment = payment
        self.order.save(force_insert=True)


@refuses(
    BuyerUnknown,
    WrongState,
    PresaleClosed,
    PresaleFull,
    AmountImpossible,
    QuoteChanged,
    *refused_by(refuse_unless_open),
    *refused_by(sell),
)
@atomic_but_tries
def place_presale_order(
    *,
    presale: PresaleCycle,
    station: Station,
    villager: Person,
    boxes: int,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
    expected: Money | None = None,
) -> PresaleOrder:
    """Take a resident's money for so many boxes, to be collected at `station`: paying it is the agreement.

    `expected` is the amount that was shown. The same key again gives the order that stands. Refused:
    `service_not_open`, `wrong_state`, `presale_closed`, `buyer_unknown`, `presale_full`, `amount_impossible`,
    `quote_changed`, and those of taking money.
    """
    presale = held(presale)
    own_key = f"{by.pk}:{key}"
    stands = PresaleOrder.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    refuse_unless_open(station, SERVICE, by=by, at=at)
    PRESALE.check("place_presale_order", presale.status)
    if at >= presale.closes_at or station.county_id != presale.station.county_id:
        raise PresaleClosed
    amount = price_of(presale, boxes)
    if expected is not None and expected != amount:
        raise QuoteChanged(total=str(amount))
    if villager.died_date or villager.merged_into_id or villager.erased_at:
        raise BuyerUnknown(field="villager")
    left = presale.left if presale.order_count < MOST_ORDERS else 0
    if boxes > left:
        raise PresaleFull(field="boxes", left=left)
    tender = prove_tender(tender=tender, station=station, by=by, at=at)
    order = PresaleOrder(
        id=uuid7(),
        key=own_key,
        presale=presale,
        station=station,
        villager=villager,
        boxes=boxes,
        held_minor=amount.minor,
        currency=amount.currency,
        taken_by=by,
        ordered_at=at,
    )
    sale = PresaleSale(station=station, amount=amount, subject_ref=presale.number, order=order)
    sell(sale=sale, tender=tender, by=by, at=at, key=key)
    record_change(order, old="", new=order.status, at=at, actor=by.pk)
    tell(order, "presale_ordered", at=at, boxes=str(boxes), amount=amount, day=presale.delivery_date.isoformat())
    return order


@refuses(AmountImpossible)
def price_of(presale: PresaleCycle, boxes: int) -> Money:
    """What so many boxes cost."""
    amount = presale.cost(boxes)
    if boxes <= 0 or amount.minor > MOST_MINOR:
        raise AmountImpossible(field="boxes")
    return amount


@refuses(WrongState, DeclineTooLate, *refused_by(refund_payment))
@transaction.atomic
def cancel_presale_order(*, order: PresaleOrder, by: User, at: dt.datetime) -> PresaleOrder:
    """A resident gives an order up: before the close, or within 24 hours after the notice of fewer boxes.

    All that was paid and not refunded yet is owed back. Refused: `wrong_state`, `decline_too_late`.
    """
    presale = held(order.presale)
    order = lock(order)
    PRESALE_ORDER.check("cancel_presale_order", order.status)
    if not can_decline(presale, order, at=at):
        raise DeclineTooLate
    left = order.spent
    refund_payment(
        payment=order.payment, amount=left, reason=Refund.Reason.CANCELLED, at=at, key=f"presale:{order.pk}:rest"
    )
    before = order.status
    order.status = _O.WITHDRAWN if before == _O.PAID else _O.DECLINED
    order.returned_minor, order.ended_at = order.held_minor, at
    order.save()
    record_change(order, old=before, new=order.status, at=at, actor=by.pk)
    return order


def can_decline(presale: PresaleCycle, order: PresaleOrder, *, at: dt.datetime) -> bool:
    """Whether an order may be given up now."""
    if order.status == _O.PAID:
        return presale.status == PresaleCycle.Status.OPEN and at < presale.closes_at
    is_cut = order.allotted is not None and order.allotted < order.boxes
    is_waiting = order.status == _O.ALLOTTED and presale.status == PresaleCycle.Status.ALLOTTED
    until = decline_until(presale)
    return is_cut and is_waiting and (until is None or at < until)
