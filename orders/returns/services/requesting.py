"""A buyer brings goods back: within the days that the order promised, no more than was handed over."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, refuses
from core.history import record_change
from finance.fees.rules import given_back
from finance.settlement.services import hold_lines
from orders.catalog.queries import quantity_words
from orders.purchases.models import Fulfilment, FulfilmentLine, Order, OrderLine
from orders.purchases.services.steps import held
from orders.returns.models import Return, ReturnLine, ReturnPolicy
from orders.returns.queries import at_counter_of_buyer, at_counter_of_order, policy_of
from orders.returns.services.steps import wait_for_goods
from stations.accounts.models import User
from stations.network.paper_numbers import paper_number
from stations.two_persons import is_same_person


class NotReturnable(Refused):
    """Nothing of this article was handed over."""

    code = "not_returnable"
    status = 422
    message = _("This article was not handed over with this order.")


class ReturnWindowShut(Refused):
    """The days are over."""

    code = "return_window_shut"
    message = _("This could be returned until %(day)s.")


class QuantityNotReturnable(Refused):
    """More than was handed over and has not come back."""

    code = "quantity_not_returnable"
    status = 422
    message = _("At most %(left)s of this can be returned.")


class ReasonNotAccepted(Refused):
    """Food and opened hygiene goods do not come back because somebody changed their mind."""

    code = "reason_not_accepted"
    status = 422
    message = _("%(variant)s can only be returned when something is wrong with it.")


class ReplacementNotOffered(Refused):
    """Goods without a fault are not sent again: the buyer gets the money back and orders what fits."""

    code = "replacement_not_offered"
    status = 422
    message = _("Only goods that do not work, are damaged or were not ordered are replaced. Choose money back.")


class ReturnedOnFirstOrder(Refused):
    """A replacement costs nothing: what was paid for it stands in the order that it replaces."""

    code = "returned_on_first_order"
    message = _("These goods replace others. Return them on order %(number)s, which paid for them.")


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """So many pieces or grams of a line of the order."""

    line: OrderLine
    quantity: int


@refuses(
    NotReturnable,
    ReturnWindowShut,
    QuantityNotReturnable,
    ReasonNotAccepted,
    ReplacementNotOffered,
    ReturnedOnFirstOrder,
)
@transaction.atomic
def request_return(
    *,
    order: Order,
    items: Sequence[ReturnItem],
    reason: str,
    by: User,
    at: dt.datetime,
    key: str,
    resolution: str = Return.Resolution.REFUND,
) -> Return:
    """Ask for articles of an order to be taken back together, for one `Return.Reason`.

    Up to the instant ceiling, which is of all of them together, that is approved at once, unless the buyer takes the
    own goods back at the counter: then the county decides. What everybody earned from
    these lines waits until the return has ended. The same key again gives the return that stands. Refused:
    `not_returnable`, `return_window_shut`, `quantity_not_returnable`, `reason_not_accepted`,
    `replacement_not_offered`, `returned_on_first_order`.
    """
    order = held(order)
    own_key = f"{by.pk}:{key}"
    stands = Return.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    if order.replaces is not None:
        raise ReturnedOnFirstOrder(number=order.replaces.order.number)
    if resolution == Return.Resolution.REPLACE and reason not in Return.REPLACEABLE:
        raise ReplacementNotOffered(field="resolution")
    taken = _taken(order, items, reason, at=at)
    value = sum(each.value_minor for each in taken)
    policy = policy_of(order)
    is_instant = not is_same_person(by, order.villager_id) and _is_within(order, policy, value, at=at)
    made = Return(
        number=paper_number(order.station, "R", at),
        key=own_key,
        order=order,
        station=order.station,
        value_minor=value,
        leg_minor=policy.leg_minor if policy else 0,
        leg_bearer=Return.BEARERS[Return.Reason(reason)],
        carrier=policy.carrier if policy else "",
        currency=order.currency,
        is_instant=is_instant,
        status=Return.Status.REQUESTED,
        reason=reason,
        resolution=resolution,
        requested_at=at,
        requested_by=by,
    )
    if policy is not None and is_instant:
        made.status, made.decided_by = Return.Status.APPROVED, by
        wait_for_goods(made, days=policy.bring_days, at=at)
    made.save(force_insert=True)
    for each in taken:
        each.goods_return = made
        _count(each)
        hold_lines(event_id=str(each.part_id), reason="return", at=at)
    ReturnLine.objects.bulk_create(taken)
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


def _is_within(order: Order, policy: ReturnPolicy | None, value: int, *, at: dt.datetime) -> bool:
    """Whether the counter refunds this: with what it refunded of the order before, and to the buyer lately.

    Else many small returns would pass the county by. The rules are held, so that two at once see each other.
    """
    if policy is None or value > policy.instant_ceiling_minor:
        return False
    lock(policy)
    if at_counter_of_order(order) + value > policy.instant_ceiling_minor:
        return False
    since = at - dt.timedelta(days=policy.person_days)
    most = policy.person_ceilings * policy.instant_ceiling_minor
    return at_counter_of_buyer(order, since=since) + value <= most


def _taken(order: Order, items: Sequence[ReturnItem], reason: str, *, at: dt.datetime) -> list[ReturnLine]:
    """Which parcels the articles came in: a line for each. Raises what `request_return` refuses of an article."""
    wanted: Counter[UUID] = Counter()
    for item in items:
        wanted[item.line.pk] += item.quantity
    lines = order.lines.select_related("variant__product").filter(pk__in=wanted)
    found = lock_all(lines)
    if not found or len(found) < len(wanted):
        raise NotReturnable(field="lines")
    taken: list[ReturnLine] = []
    for line in found:
        _refuse_unless_open(order, line, reason, at=at)
        taken += _slices(line, wanted[line.pk])
    return taken


def _refuse_unless_open(order: Order, line: OrderLine, reason: str, *, at: dt.datetime) -> None:
    if line.window_ends_at is None:
        raise NotReturnable(field="lines")
    if at >= line.window_ends_at or order.status == Order.Status.COMPLETED:
        last = day_in(order.station.zone, line.window_ends_at - dt.timedelta(seconds=1))
        raise ReturnWindowShut(day=last)
    if reason == Return.Reason.CHANGE_OF_MIND and not line.accepts_change_of_mind:
        raise ReasonNotAccepted(field="reason", variant=line.variant.title)


def _slices(line: OrderLine, quantity: int) -> list[ReturnLine]:
    """So much of the parcels in which it was handed over, the oldest first. Raises `QuantityNotReturnable`."""
    parts = line.fulfilment_lines.filter(fulfilment__status=Fulfilment.Status.DELIVERED).order_by("pk")
    left, slices = quantity, []
    for part in parts:
        taken = min(left, part.quantity - part.quantity_returned)
        if taken > 0:
            value = given_back(part.price.minor, returned=taken, base=part.quantity)
            slices.append(ReturnLine(part=part, quantity=taken, value_minor=value, currency=part.currency))
            left -= taken
    if left or quantity <= 0:
        raise QuantityNotReturnable(field="lines", left=quantity_words(line.variant, max(quantity - left, 0)))
    return slices


def _count(line: ReturnLine) -> None:
    FulfilmentLine.objects.filter(pk=line.part_id).update(quantity_returned=F("quantity_returned") + line.quantity)
    own = OrderLine.objects.filter(pk=line.part.order_line_id)
    own.update(quantity_returned=F("quantity_returned") + line.quantity)
