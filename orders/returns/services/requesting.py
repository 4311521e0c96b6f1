"""A buyer brings something back: within the days that the order promised, no more than was handed over."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, refuses
from core.history import record_change
from core.web.ranges import holds_on
from finance.fees.rules import given_back
from finance.settlement.services import hold_lines
from orders.catalog.queries import quantity_words
from orders.purchases.models import Fulfilment, FulfilmentLine, Order, OrderLine
from orders.purchases.services.steps import held
from orders.returns.models import Return, ReturnPolicy
from stations.accounts.models import User
from stations.network.paper_numbers import paper_number


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
    message = _("At most %(left)s can be returned at once.")


class ReasonNotAccepted(Refused):
    """Food and opened hygiene goods do not come back because somebody changed their mind."""

    code = "reason_not_accepted"
    status = 422
    message = _("%(variant)s can only be returned when something is wrong with it.")


@refuses(NotReturnable, ReturnWindowShut, QuantityNotReturnable, ReasonNotAccepted)
@transaction.atomic
def request_return(*, line: OrderLine, quantity: int, reason: str, by: User, at: dt.datetime, key: str) -> Return:
    """Ask for pieces or grams of an order line to be taken back; up to the instant ceiling that is approved at once.

    What everybody earned from the line waits until the return has ended. The same key again gives the return that
    stands. Refused: `not_returnable`, `return_window_shut`, `quantity_not_returnable`, `reason_not_accepted`.
    """
    order = held(line.order)
    own_key = f"{by.pk}:{key}"
    stands = Return.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    line = lock(line)
    _refuse_unless_open(order, line, reason, at=at)
    part = _part_with(line, quantity)
    _count(part, quantity)
    hold_lines(event_id=str(part.pk), reason="return", at=at)
    policy = _policy_of(order)
    value = given_back(part.price.minor, returned=quantity, base=part.quantity)
    is_instant = policy is not None and value <= policy.instant_ceiling_minor
    made = Return.objects.create(
        number=paper_number(order.station, "R", at),
        key=own_key,
        order=order,
        station=order.station,
        part=part,
        quantity=quantity,
        value_minor=value,
        leg_minor=policy.leg_minor if policy else 0,
        carrier=policy.carrier if policy else "",
        currency=order.currency,
        is_instant=is_instant,
        status=Return.Status.APPROVED if is_instant else Return.Status.REQUESTED,
        reason=reason,
        requested_at=at,
        requested_by=by,
        decided_by=by if is_instant else None,
    )
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


def _refuse_unless_open(order: Order, line: OrderLine, reason: str, *, at: dt.datetime) -> None:
    if line.window_ends_at is None:
        raise NotReturnable(field="line")
    if at >= line.window_ends_at or order.status == Order.Status.COMPLETED:
        last = day_in(order.station.zone, line.window_ends_at - dt.timedelta(seconds=1))
        raise ReturnWindowShut(day=last)
    if reason == Return.Reason.CHANGE_OF_MIND and not line.accepts_change_of_mind:
        raise ReasonNotAccepted(field="reason", variant=line.variant.title)


def _part_with(line: OrderLine, quantity: int) -> FulfilmentLine:
    """The parcel of which so much was handed over and has not come back. Raises `QuantityNotReturnable`."""
    parts = list(
        line.fulfilment_lines.filter(fulfilment__status=Fulfilment.Status.DELIVERED)
        .select_related("order_line__variant__product__supplier", "fulfilment__warehouse")
        .order_by("pk")
    )
    left = [part.quantity - part.quantity_returned for part in parts]
    found = next((part for part, free in zip(parts, left, strict=True) if free >= quantity > 0), None)
    if found is None:
        raise QuantityNotReturnable(field="quantity", left=quantity_words(line.variant, max(left, default=0)))
    return found


def _count(part: FulfilmentLine, quantity: int) -> None:
    FulfilmentLine.objects.filter(pk=part.pk).update(quantity_returned=F("quantity_returned") + quantity)
    OrderLine.objects.filter(pk=part.order_line_id).update(quantity_returned=F("quantity_returned") + quantity)


def _policy_of(order: Order) -> ReturnPolicy | None:
    """The rules of the day on which the buyer agreed: the county's own, else those of every county."""
    rows = ReturnPolicy.objects.filter(
        Q(division=order.station.county_id) | Q(division=None),
        holds_on(day_in(order.station.zone, order.placed_at or order.price_as_of_at)),
        currency=order.currency,
    )
    return rows.order_by(F("division").asc(nulls_last=True)).first()
