"""Orders as pages and lists ask for them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.database.db import present
from core.database.local_dates import LocalDate
from core.days import day_in, instant_of, last_months
from core.history import changes_of
from logistics.parcels.models import Parcel
from orders.catalog.models import Variant
from orders.catalog.queries import first_matching
from orders.purchases.models import CodRefusal, CodWaiver, Fulfilment, Order, OrderLine
from stations.people.models import Person

FAVOURITES = 6
FOUND = 12
_F = Fulfilment.Status

#: Agreed orders of which something lies at the station.
TO_COLLECT = Q(
    status=Order.Status.PLACED,
    pk__in=Fulfilment.objects.filter(status=_F.DISPATCHED, available_at__isnull=False).values("order"),
)

#: Agreed orders of which everything was handed over or cancelled, and not all of it is paid any more.
OWED = Q(
    status=Order.Status.PLACED,
    ordered=F("delivered") + F("cancelled"),
    received_minor__lt=F("total_minor") - F("cancelled_minor") - F("waived_minor"),
)

#: What lies in a warehouse and waits to be picked.
TO_PICK = Q(status=_F.ALLOCATED, supplier=None)
#: What a supplier without a system was asked for, is not needed, and the supplier does not know it.
TO_TELL = Q(not_needed_at__isnull=False, supplier_told_at=None)
#: Of orders of which something is on its way, or handed over: what nobody pays for since a bank took the payment back.
UNPAID_AGAIN = Q(
    Q(
        order__pay_method__in=Order.IN_ADVANCE,
        order__received_minor__lt=F("order__total_minor") - F("order__cancelled_minor") - F("order__waived_minor"),
    )
    | Q(order__deposit_minor__gt=F("order__received_minor"), order__pay_method="cash_on_delivery"),
    status__in=[_F.PENDING, _F.ALLOCATED],
    order__status=Order.Status.PLACED,
    order__expires_at=None,
)
#: Goods of a supplier that their buyer does not get: at the county centre, or on their way there.
TO_GIVE_BACK = Q(
    Q(status=_F.RETURNED) | Q(status=_F.CANCELLED, shipped_at__isnull=False),
    supplier__isnull=False,
    given_back_at=None,
)
#: What a supplier has confirmed, and brings.
TO_ARRIVE = Q(status=_F.ALLOCATED, supplier__isnull=False)


def is_unpaid_again(order: Order) -> bool:
    """Whether a bank took a payment back while something of the order was on its way, or handed over: see UNPAID_AGAIN.

    An order that is not paid yet, and of which nothing has left, has a moment at which it expires.
    """
    return order.status == Order.Status.PLACED and order.expires_at is None and bool(order.advance_due)


def was_at_centre(part: Fulfilment) -> bool:
    """Whether goods of a supplier have been at the county centre: received by somebody, or brought back by a parcel.

    What only the supplier's system calls arrived may have never come.
    """
    return part.status == _F.RETURNED or changes_of(part).filter(new=_F.PICKED, actor__isnull=False).exists()


def refusals_that_count(order: Order, since: dt.datetime, *, at: dt.datetime) -> QuerySet[CodRefusal]:
    """Parcels of the order's county that its buyer, under any record, did not take since then, with points."""
    not_taken = CodRefusal.objects.filter(_of_person(present(order.villager)), at__gt=since, at__lte=at)
    return not_taken.filter(points__gt=0, waiver__isnull=True, order__station__county=order.station.county_id)


def waived_since(villager: Person, since: dt.datetime) -> QuerySet[CodWaiver]:
    """What was waived of a buyer, under any record; also by who was a moment later and faster."""
    return CodWaiver.objects.filter(_of_person(villager), at__gt=since)


def _of_person(villager: Person) -> Q:
    return Q(villager__in=Person.objects.of_people(villager.pk).values("pk"))


def favourites(villager: Person) -> list[Variant]:
    """What this person ordered most often and last, as far as it is still sold."""
    agreed = OrderLine.objects.filter(order__villager=villager, order__status__in=["placed", "completed"])
    ranked = agreed.order_by().values("variant").annotate(times=Count("pk"), last=Max("order__placed_at"))
    order = [row["variant"] for row in ranked.order_by("-times", "-last")[: 2 * FAVOURITES]]
    sold = {each.pk: each for each in Variant.objects.on_sale().select_related("product").filter(pk__in=order)}
    return [sold[pk] for pk in order if pk in sold][:FAVOURITES]


def found_for(typed: str) -> list[Variant]:
    """The first articles on sale that these words find, and one more where there are more; nothing without words."""
    if not typed.strip():
        return []
    return first_matching(Variant.objects.on_sale().select_related("product"), typed, most=FOUND + 1)


def chosen(quantities: Mapping[str, int]) -> list[tuple[Variant, int]]:
    """The articles of these numbers with their quantities, as far as they exist, in the order of the numbers."""
    rows = Variant.objects.select_related("product__category").filter(sku__in=quantities).order_by("sku")
    return [(variant, quantities[variant.sku]) for variant in rows]


def part_at_counter(order: Order) -> Fulfilment | None:
    """The first part of an order that can be handed over now."""
    parts = order.fulfilments.filter(status__in=[_F.PACKED, _F.DISPATCHED], parcel__isnull=False)
    here = Parcel.objects.waiting().filter(pk__in=parts.values("parcel")).values("pk")
    return parts.filter(parcel__in=here).order_by("pk").first()


def refundable_methods(order: Order) -> set[str]:
    """How it was paid, as far as the money can still go back: in cash, or online by a link."""
    rows = order.payments.filter(refunded_minor__lt=F("payment__total_minor"))
    return set(rows.values_list("payment__method", flat=True))


def sold_by_month(orders: QuerySet[Order], *, at: dt.datetime, months: int) -> list[dict[str, Any]]:
    """What was agreed and not cancelled in each of the last months, by currency, the newest first; one statement.

    Months are those of each station's own calendar.
    """
    first = last_months(day_in("UTC", at), months)[0]
    agreed = orders.filter(
        placed_at__gte=instant_of("UTC", first, dt.time()) - dt.timedelta(days=1),
        status__in=[Order.Status.PLACED, Order.Status.COMPLETED],
    )
    dated = agreed.order_by().annotate(month=TruncMonth(LocalDate("placed_at", "station__zone")))
    rows = dated.filter(month__gte=first).values("month", "currency")
    return list(
        rows.annotate(
            count=Count("pk"), minor=Sum(F("total_minor") - F("cancelled_minor") - F("returned_minor"))
        ).order_by("-month", "currency")
    )
