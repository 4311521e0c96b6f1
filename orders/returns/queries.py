"""Returns as pages and lists ask for them."""

import datetime as dt

from django.db.models import F, Prefetch, Q, QuerySet, Sum

from core.days import day_in
from core.web.ranges import holds_on
from logistics.parcels.models import Parcel
from orders.purchases.models import Order, OrderLine
from orders.returns.models import Return, ReturnLine, ReturnPolicy, ReturnQuerySet
from stations.people.models import Person


def returns() -> ReturnQuerySet:
    """With everything that is shown of one."""
    rows = Return.objects.select_related(
        "station__county",
        "order__villager",
        "replacement",
        "requested_by",
        "decided_by",
        "inspected_by",
    )
    return rows.prefetch_related(
        Prefetch("lines", ReturnLine.objects.order_by("pk").select_related("part__order_line__variant__product"))
    )


def handed_over(order: Order) -> QuerySet[OrderLine]:
    """The lines of an order of which the buyer has something in hand, or had."""
    return order.lines.filter(quantity_delivered__gt=0).select_related("order", "variant__product").order_by("pk")


def returnable(order: Order, *, at: dt.datetime) -> QuerySet[OrderLine]:
    """Those of which something can be brought back now."""
    if order.is_replacement:
        return order.lines.none()
    return handed_over(order).filter(window_ends_at__gt=at, quantity_delivered__gt=F("quantity_returned"))


def policy_of(order: Order) -> ReturnPolicy | None:
    """The rules of the day on which the buyer agreed: the county's own, else those of every county."""
    rows = ReturnPolicy.objects.filter(
        Q(division=order.station.county_id) | Q(division=None),
        holds_on(day_in(order.station.zone, order.placed_at or order.price_as_of_at)),
        currency=order.currency,
    )
    return rows.order_by(F("division").asc(nulls_last=True)).first()


def at_counter_of_order(order: Order) -> int:
    """What the counter refunds of an order, in its minor units, with what was approved there and not brought yet."""
    return _sum_of(_at_counter().filter(order=order))


def at_counter_of_buyer(order: Order, *, since: dt.datetime) -> int:
    """The same of everything that the buyer of an order has brought back since then, in the order's currency.

    A buyer without a file is known by the phone; those of a station without either count as one.
    """
    rows = _at_counter().filter(currency=order.currency, requested_at__gt=since)
    if order.villager_id is not None:
        return _sum_of(rows.filter(order__villager__in=Person.objects.of_people(order.villager_id)))
    if order.walk_in_phone:
        return _sum_of(rows.filter(order__walk_in_phone=order.walk_in_phone))
    return _sum_of(rows.filter(order__villager=None, order__walk_in_phone="", station=order.station_id))


def parcel_of(found: Return) -> Parcel | None:
    """The parcel in which the goods go back."""
    return Parcel.objects.filter(pk=found.parcel).first() if found.parcel else None


def _at_counter() -> QuerySet[Return]:
    ended = [Return.Status.REJECTED, Return.Status.CANCELLED, Return.Status.EXPIRED]
    return Return.objects.filter(is_instant=True).exclude(status__in=ended)


def _sum_of(rows: QuerySet[Return]) -> int:
    found: int | None = rows.aggregate(minor=Sum("value_minor"))["minor"]
    return found or 0
