"""Boxes whose lot was called back after they were delivered: everybody's money goes back, and nobody waits for them.

The reserve of the farmers bears it first, where it is still kept back, the platform the rest.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from core.database.db import lock_all, present
from core.errors import refused_by, refuses
from core.history import record_change, record_changes
from core.money import Money
from finance.payments.models import Refund
from finance.payments.services import Back, refund_payments
from ledger.services import SYSTEM, MadeBy
from orders.presales.machine import PRESALE, PRESALE_CLAIM, PRESALE_ORDER
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales.queries import presale_orders
from orders.presales.services.claim_money import farmers_pay, owe_again, platform_pays, sale_of
from orders.presales.services.steps import held, notification, refund_recalled_later, tell_all
from orders.produce.models import BuyerClaim, Lot, LotHold
from orders.produce.services.claims import begin_residents_claim, reject_claim
from orders.produce.services.steps import held_lot
from stations.accounts.models import User
from stations.network.models import Station
from stations.two_persons import is_same_person

_O = PresaleOrder.Status
#: So many orders in one transaction.
TOGETHER = 200


@refuses(*refused_by(refund_payments, begin_residents_claim, reject_claim, farmers_pay))
@transaction.atomic
def refund_recalled(*, presale: PresaleCycle, at: dt.datetime, most: int = TOGETHER) -> int:
    """Give the money of the next orders back whose boxes were delivered and called back; how many.

    Who has not collected collects no more, and who has keeps the boxes from eating. Before the first of them, those who
    bear it have paid for all. An order waits whose claim neither who called back nor who sold may end: another person
    of the county decides it, and the money follows (`refund_left_out`). A presale that is not delivered, or whose lot
    is not called back, is left as it is; the rest is a job's, written with them.
    """
    presale = held(presale)
    if not PRESALE.allows("refund_recalled", presale.status):
        return 0
    if held_lot(present(presale.lot)).status != Lot.Status.RECALLED:
        return 0
    if presale.recalled_at is None:
        _end_open_claims(presale, _recall_of(presale), at=at)
    owed = PresaleOrder.objects.filter(
        presale=presale,
        status__in=PRESALE_ORDER.arrows["refund_recalled"],
        returned_minor__lt=F("held_minor"),
    ).exclude(claims__status__in=PRESALE_CLAIM.arrows["refund_recalled"])
    if presale.recalled_at is None:
        _take_from_bearers(presale, list(owed.select_related("station__county")), at=at)
    rows = lock_all(owed.filter(pk__in=owed.order_by("pk").values("pk")[:most]))
    orders = list(presale_orders().filter(pk__in=[row.pk for row in rows]).order_by("pk"))
    _refund(orders, at=at)
    if owed.exists():
        refund_recalled_later(presale, at=at, after=orders[-1])
    return len(orders)


@refuses(*refused_by(refund_payments))
def refund_left_out(presale: PresaleCycle, order: PresaleOrder, *, by: User, at: dt.datetime) -> None:
    """Give back the rest of an order that its claim had kept from the recall; the platform bears it.

    The caller holds both and has decided the claim. Of a presale that is not called back nothing goes back.
    """
    rest = order.spent
    if presale.recalled_at is None or not rest:
        return
    event = f"{order.pk}:recalled"
    platform_pays(presale, rest, event=event, at=at)
    owe_again(presale, [(order.station, rest)], event=event, made_by=MadeBy("person", by.pk), at=at)
    _refund([order], at=at)


def _take_from_bearers(presale: PresaleCycle, orders: Sequence[PresaleOrder], *, at: dt.datetime) -> None:
    """What is still owed for all boxes: reserve and expense -> the buyer of presales -> customer funds."""
    recall = _recall_of(presale)
    presale.recalled_at = at
    presale.save(update_fields=["recalled_at", "updated_at"])
    record_change(presale, old=presale.status, new=presale.status, at=at, reason=recall.reason)
    sums: Counter[Station] = Counter()
    for order in orders:
        sums[order.station] += order.spent.minor
    amount = Money(sum(sums.values()), presale.currency)
    if not amount:
        return
    claim = _claim_of_all(presale, amount, recall, at=at)
    event = f"{presale.pk}:recalled"
    farmers_pay(presale, claim, amount, event=event, by=recall.opened_by, at=at)
    parts = [(station, Money(minor, presale.currency)) for station, minor in sums.items()]
    owe_again(presale, sorted(parts, key=lambda part: part[0].pk), event=event, made_by=SYSTEM, at=at)


def _claim_of_all(presale: PresaleCycle, amount: Money, recall: LotHold, *, at: dt.datetime) -> BuyerClaim | None:
    """The claim of all residents, in the name of who sold the boxes; who called them back has decided it.

    None where both are one person, or no reserve is kept any more: then the platform bears it.
    """
    if is_same_person(recall.opened_by, presale.opened_by_id):
        return None
    return begin_residents_claim(
        sale=sale_of(presale), amount=amount, reason=recall.reason, by=presale.opened_by, at=at
    )


def _end_open_claims(presale: PresaleCycle, recall: LotHold, *, at: dt.datetime) -> None:
    """What buyers have claimed of these boxes comes back with all the rest.

    What the same person wrote down who called them back is ended in the name of who sold them; where all three are one
    person, it waits for another.
    """
    rows = PresaleClaim.objects.filter(
        order__presale=presale, status__in=PRESALE_CLAIM.arrows["refund_recalled"]
    ).select_related("buyer_claim__sale__lot", "order")
    ended = []
    for claim in lock_all(rows):
        if claim.buyer_claim is not None:
            others = [
                each for each in (recall.opened_by, presale.opened_by) if not is_same_person(each, claim.raised_by_id)
            ]
            if not others:
                continue
            reject_claim(claim=claim.buyer_claim, decision=recall.reason, by=others[0], at=at)
        claim.status, claim.decided_at = PresaleClaim.Status.RECALLED, at
        ended.append(claim)
    PresaleClaim.objects.bulk_update(ended, ["status", "decided_at"])
    record_changes(ended, old=PresaleClaim.Status.RAISED, new=PresaleClaim.Status.RECALLED, at=at)


def _recall_of(presale: PresaleCycle) -> LotHold:
    """Who called the lot back, and the reason in that person's words."""
    recalls = LotHold.objects.filter(lot=presale.lot, kind=LotHold.Kind.RECALL).select_related("opened_by")
    return recalls.latest("pk")


def _refund(orders: Sequence[PresaleOrder], *, at: dt.datetime) -> None:
    back, told, ended = [], [], []
    for order in orders:
        owed = order.spent
        back.append(Back(order.payment, owed, f"presale-recall:{order.pk}"))
        told.append(notification(order, "presale_refunded", about="recall", amount=owed))
        order.returned_minor = order.held_minor
        if order.status == _O.ALLOTTED:
            order.status, order.ended_at = _O.RETURNED, at
            ended.append(order)
    refund_payments(parts=back, reason=Refund.Reason.RETURN, at=at)
    PresaleOrder.objects.bulk_update(orders, ["status", "returned_minor", "ended_at"])
    record_changes(ended, old=_O.ALLOTTED, new=_O.RETURNED, at=at)
    tell_all(told, at=at)
