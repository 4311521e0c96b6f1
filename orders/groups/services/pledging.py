"""Residents join a group order with their money, and leave it again before the cut-off."""

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
from orders.catalog.queries import quantity_words
from orders.groups.machine import GROUP, PLEDGE
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.queries import tiers_of
from orders.groups.services.steps import SERVICE, content_hash, held, tell
from orders.purchases.services.paying import PartSale, article_line
from orders.purchases.services.starting import MOST_MINOR, AmountImpossible, BuyerUnknown
from orders.stock.services import QuantityStep
from stations.accounts.models import User
from stations.network.services import refuse_unless_open
from stations.people.models import Person

#: So many residents at most in one group order: they are shown on one page and told one by one.
MOST_PLEDGES = 500
#: Pieces or grams of one pledge, in whatever currency.
MOST_QUANTITY = 10**9


class CutoffPassed(Refused):
    """Whatever the clock of the device says: the server's decides."""

    code = "cutoff_passed"
    message = _("The time for pledges is over.")


class GroupFull(Refused):
    """More than the maximum would be pledged, or too many people take part."""

    code = "group_full"
    message = _("Only %(left)s can still be pledged in this group order.")


class AlreadyPledged(Refused):
    """One resident, one pledge: to change it, it is withdrawn first."""

    code = "already_pledged"
    message = _("This resident takes part already. To change the quantity, withdraw the pledge first.")


@dataclass(frozen=True, kw_only=True)
class PledgeSale(PartSale):
    """What one resident puts into a group order; nobody earns anything from it until the goods are handed over."""

    pledge: GroupPledge

    def slip_lines(self) -> list[dict[str, Any]]:
        """What is bought together, how much of it, at which price at most, and from when it is here."""
        group, variant = self.pledge.group, self.pledge.group.variant
        return [
            {"name": "group", "label": {"en": "Group order", "zh-hans": "团购"}, "value": group.number},
            article_line(variant, self.pledge.quantity),
            {
                "name": "price",
                "label": {"en": "Price at most", "zh-hans": "最高价"},
                "value": str(group.held_price) if variant.unit == "piece" else f"{group.held_price}/kg",
            },
            {
                "name": "pickup",
                "label": {"en": "Collect from", "zh-hans": "取货日期"},
                "value": group.pickup_date.isoformat(),
            },
        ]

    def store(self, payment: Payment) -> None:
        """The pledge, with the payment that paid it."""
        self.pledge.payment = payment
        self.pledge.save(force_insert=True)


@refuses(
    BuyerUnknown,
    WrongState,
    CutoffPassed,
    GroupFull,
    AlreadyPledged,
    QuantityStep,
    AmountImpossible,
    QuoteChanged,
    *refused_by(refuse_unless_open),
    *refused_by(sell),
)
@atomic_but_tries
def add_pledge(
    *,
    group: GroupOrder,
    villager: Person,
    quantity: int,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
    expected: Money | None = None,
) -> GroupPledge:
    """Take a resident's money for so many pieces or grams, at the highest price: paying it is the agreement.

    `expected` is the amount that was shown. The same key again gives the pledge that stands. Refused:
    `service_not_open`, `wrong_state`, `cutoff_passed`, `buyer_unknown`, `group_full`, `already_pledged`,
    `quantity_step`, `amount_impossible`, `quote_changed`, and those of taking money.
    """
    group = held(group)
    refuse_unless_open(group.station, SERVICE, by=by, at=at)
    own_key = f"{by.pk}:{key}"
    stands = GroupPledge.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    GROUP.check("add_pledge", group.status)
    if at >= group.cutoff_at:
        raise CutoffPassed
    amount = price_of(group, quantity)
    if expected is not None and expected != amount:
        raise QuoteChanged(total=str(amount))
    _refuse_more(group, villager, quantity)
    tender = prove_tender(tender=tender, station=group.station, by=by, at=at)
    pledge = GroupPledge(
        id=uuid7(),
        key=own_key,
        group=group,
        villager=villager,
        quantity=quantity,
        held_minor=amount.minor,
        currency=amount.currency,
        content_hash=content_hash(group, quantity),
        taken_by=by,
        pledged_at=at,
    )
    sale = PledgeSale(station=group.station, amount=amount, subject_ref=group.number, pledge=pledge)
    sell(sale=sale, tender=tender, by=by, at=at, key=key)
    record_change(pledge, old="", new=pledge.status, at=at, actor=by.pk)
    tell(pledge, "group_pledged", at=at, amount=amount, day=group.pickup_date.isoformat())
    return pledge


@refuses(QuantityStep, AmountImpossible)
def price_of(group: GroupOrder, quantity: int) -> Money:
    """What is put in for so many pieces or grams; at the lowest price it still costs something.

    Refused: `quantity_step`, `amount_impossible`.
    """
    variant = group.variant
    if not 0 < quantity <= MOST_QUANTITY or quantity % variant.quantity_step:
        raise QuantityStep(field="quantity", variant=variant.title, step=variant.quantity_step)
    amount = variant.cost(group.held_price, quantity)
    if not variant.cost(tiers_of(group)[-1].price, quantity) or amount.minor > MOST_MINOR:
        raise AmountImpossible(field="quantity")
    return amount


@refuses(WrongState, CutoffPassed, *refused_by(refund_payment))
@transaction.atomic
def withdraw_pledge(*, pledge: GroupPledge, by: User, at: dt.datetime) -> GroupPledge:
    """A resident leaves the group order before its cut-off: all that was put in is owed back.

    Refused: `wrong_state`, `cutoff_passed`.
    """
    group = held(pledge.group)
    pledge = lock(pledge)
    GROUP.check("withdraw_pledge", group.status)
    PLEDGE.check("withdraw_pledge", pledge.status)
    if at >= group.cutoff_at:
        raise CutoffPassed
    refund_payment(
        payment=pledge.payment,
        amount=pledge.held,
        reason=Refund.Reason.CANCELLED,
        at=at,
        key=f"pledge:{pledge.pk}",
    )
    before, pledge.status = pledge.status, GroupPledge.Status.WITHDRAWN
    pledge.returned_minor, pledge.ended_at = pledge.held_minor, at
    pledge.save()
    record_change(pledge, old=before, new=pledge.status, at=at, actor=by.pk)
    return pledge


@refuses(BuyerUnknown, GroupFull, AlreadyPledged)
def _refuse_more(group: GroupOrder, villager: Person, quantity: int) -> None:
    if villager.died_date or villager.merged_into_id or villager.erased_at:
        raise BuyerUnknown(field="villager")
    theirs = GroupPledge.objects.filter(group=group, villager__in=Person.objects.of_people(villager.pk))
    if theirs.exclude(status=GroupPledge.Status.WITHDRAWN).exists():
        raise AlreadyPledged(field="villager")
    left = 0 if group.pledge_count >= MOST_PLEDGES else group.left
    if left is not None and quantity > left:
        raise GroupFull(field="quantity", left=quantity_words(group.variant, left))
