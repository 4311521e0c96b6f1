"""The pledges of a decided group order become orders, or go back: some at a time, each part in one transaction."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core.database.db import lock_all, present
from core.errors import refused_by, refuses
from core.events.services import publish_all
from core.fields import uuid7
from core.history import record_changes
from core.jobs.services import enqueue
from core.money import Money
from core.notices.templates import in_each_language
from finance.payments.models import Refund
from finance.payments.services import Back, refund_payments
from orders.catalog.queries import price_words
from orders.groups.machine import GROUP, PLEDGE
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.services.steps import held, settle_later, tell
from orders.purchases.models import Order, OrderConsent, OrderLine, OrderPayment
from orders.purchases.services.sending import write_fulfilments
from stations.network.paper_numbers import paper_number

_G, _P = GroupOrder.Status, GroupPledge.Status
#: So many pledges in one transaction.
TOGETHER = 100


@refuses(*refused_by(refund_payments))
@transaction.atomic
def settle_pledges(*, group: GroupOrder, at: dt.datetime, most: int) -> int:
    """Settle the next pledges of a decided group order; how many. The rest is a job's, written with them.

    Where the group is ordered, each becomes a placed and paid order at the price that was reached, and what was put in
    beyond it is owed back; else all of it is. What is settled is left alone, so that whoever dies in the middle loses
    nothing and doubles nothing.
    """
    group = held(group)
    if not GROUP.allows("settle_pledges", group.status):
        return 0
    waiting = GroupPledge.objects.filter(group=group, status__in=PLEDGE.arrows["settle_pledges"])
    rows = lock_all(waiting.filter(pk__in=waiting.order_by("pk").values("pk")[:most]))
    pledges = list(_with_people(rows))
    if group.status == _G.CONFIRMED:
        _order(group, pledges, at=at)
    else:
        _give_back(pledges, at=at)
    if waiting.exists():
        settle_later(group, at=at, after=pledges[-1])
    elif group.settled_at is None:
        group.settled_at = at
        group.save(update_fields=["settled_at", "updated_at"])
        enqueue(
            "groups.tell_pledgers", dedupe_key=f"group-tell:{group.pk}", payload={"group": str(group.pk)}, run_at=at
        )
    return len(pledges)


@transaction.atomic
def tell_pledgers(*, group: GroupOrder, at: dt.datetime) -> None:
    """Everybody who stayed hears what became of the group order; nobody hears it twice."""
    group = held(group)
    reached = group.reached_price_minor is not None
    price = in_each_language(lambda: price_words(group.variant, present(group.reached_price))) if reached else {}
    settled = GroupPledge.objects.filter(group=group, status__in=[_P.ORDERED, _P.RETURNED])
    for pledge in settled.select_related("villager", "group__station", "group__variant__product").order_by("pk"):
        if pledge.status == _P.ORDERED:
            tell(pledge, "group_confirmed", at=at, price=price, day=group.pickup_date.isoformat())
        else:
            tell(pledge, "group_not_ordered", at=at, amount=pledge.returned)


def _with_people(rows: Sequence[GroupPledge]) -> list[GroupPledge]:
    found = GroupPledge.objects.select_related("payment", "villager", "taken_by")
    return list(found.filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def _order(group: GroupOrder, pledges: Sequence[GroupPledge], *, at: dt.datetime) -> None:
    """Orders, lines, agreements and parts of many pledges, each in one statement."""
    price, category = present(group.reached_price), group.variant.product.category
    orders, lines, consents, paid, back = [], [], [], [], []
    for pledge in pledges:
        amount = group.variant.cost(price, pledge.quantity)
        pledge.returned_minor = pledge.held_minor - amount.minor
        order = _order_of(group, pledge, amount, at=at)
        orders.append(order)
        consents.append(_consent_of(pledge, order, at=at))
        paid.append(OrderPayment(order=order, payment=pledge.payment, refunded_minor=pledge.returned_minor))
        if pledge.returned_minor:
            back.append(Back(pledge.payment, pledge.returned, f"pledge:{pledge.pk}"))
        lines.append(
            OrderLine(
                id=pledge.pk,
                order=order,
                variant=group.variant,
                supplier_id=group.variant.product.supplier_id,
                quantity=pledge.quantity,
                unit_price_minor=price.minor,
                goods_minor=amount.minor,
                currency=amount.currency,
                return_window_days=category.return_window_days,
                accepts_change_of_mind=category.accepts_change_of_mind,
            )
        )
        pledge.order = order
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(lines)
    OrderConsent.objects.bulk_create(consents)
    OrderPayment.objects.bulk_create(paid)
    record_changes(orders, old="", new=Order.Status.PLACED, at=at)
    write_fulfilments(lines, at=at)
    refund_payments(parts=back, reason=Refund.Reason.CANCELLED, at=at)
    _end(pledges, _P.ORDERED, at=at)
    publish_all("orders.purchase_placed", [_placed(order) for order in orders], at=at)


def _order_of(group: GroupOrder, pledge: GroupPledge, amount: Money, *, at: dt.datetime) -> Order:
    """A paid order; its agreement, written with it, has the id that it names."""
    return Order(
        id=uuid7(),
        number=paper_number(group.station, "O", at),
        key=f"group:{pledge.pk}",
        station=group.station,
        villager=pledge.villager,
        ordered_by=pledge.taken_by,
        pay_method=Order.PayMethod.STATION_CASH,
        status=Order.Status.PLACED,
        currency=amount.currency,
        price_as_of_at=group.opened_at,
        total_minor=amount.minor,
        received_minor=amount.minor,
        ordered=pledge.quantity,
        placed_at=at,
        consent_id=uuid7(),
    )


def _consent_of(pledge: GroupPledge, order: Order, *, at: dt.datetime) -> OrderConsent:
    """Who put the money in has agreed by it, at that moment."""
    return OrderConsent(
        id=order.consent_id,
        order=order,
        kind=OrderConsent.Kind.PLEDGE,
        content_hash=pledge.content_hash,
        giver=pledge.villager,
        asked_by=pledge.taken_by,
        asked_at=pledge.pledged_at,
        expires_at=at,
        given_at=pledge.pledged_at,
    )


def _give_back(pledges: Sequence[GroupPledge], *, at: dt.datetime) -> None:
    back = [Back(pledge.payment, pledge.held, f"pledge:{pledge.pk}") for pledge in pledges]
    refund_payments(parts=back, reason=Refund.Reason.CANCELLED, at=at)
    for pledge in pledges:
        pledge.returned_minor = pledge.held_minor
    _end(pledges, _P.RETURNED, at=at)


def _end(pledges: Sequence[GroupPledge], status: str, *, at: dt.datetime) -> None:
    for pledge in pledges:
        pledge.status, pledge.ended_at = status, at
    GroupPledge.objects.bulk_update(pledges, ["status", "ended_at", "returned_minor", "order"])
    record_changes(pledges, old=_P.HELD, new=status, at=at)


def _placed(order: Order) -> dict[str, object]:
    return {
        "order": str(order.pk),
        "station": order.station_id,
        "villager": str(order.villager_id),
        "amount_minor": order.total_minor,
        "currency": order.currency,
    }
