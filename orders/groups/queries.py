"""Questions about group orders: what they can cost, and how far they have come."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.database.local_dates import LocalDate
from core.days import day_in, instant_of, last_months
from core.money import Money
from orders.catalog.models import PriceItem, PriceList, Product, Variant
from orders.groups.models import GroupOrder, GroupOrderQuerySet, GroupPledge, GroupPledgeQuerySet, GroupTier
from stations.network.models import Station

_G = GroupOrder.Status


@dataclass(frozen=True, slots=True)
class Tier:
    """From so many pieces or grams on, everybody pays this for a piece, or for 1,000 grams."""

    min_quantity: int
    price: Money


def tiers_at(station: Station, variant: Variant, *, at: dt.datetime) -> list[Tier]:
    """What a group at a station pays for a variant by the lists for group orders, the smallest quantity first.

    Of the lists that apply in the station's county and currency and name the variant, the one of the highest priority
    counts, then the county's own. A price that is not lower than that of a smaller quantity is left out. Empty where
    the variant is not sold to groups here.
    """
    lists = PriceList.objects.at(at).filter(
        Q(division=station.county_id) | Q(division=None),
        audience=PriceList.Audience.GROUP,
        currency=station.currency,
        items__variant=variant,
    )
    best = lists.order_by("-priority", F("division").asc(nulls_last=True), "pk").first()
    found: list[Tier] = []
    for item in PriceItem.objects.filter(price_list=best, variant=variant).order_by("min_quantity"):
        if not found or item.price_minor < found[-1].price.minor:
            found.append(Tier(item.min_quantity, Money(item.price_minor, station.currency)))
    return found


def variants_for_groups(station: Station, *, at: dt.datetime) -> QuerySet[Variant]:
    """What can be bought together at a station today."""
    lists = PriceList.objects.at(at).filter(
        Q(division=station.county_id) | Q(division=None),
        audience=PriceList.Audience.GROUP,
        currency=station.currency,
    )
    sold = Variant.objects.filter(product__status=Product.Status.ACTIVE)
    return (
        sold.filter(pk__in=PriceItem.objects.filter(price_list__in=lists).values("variant"))
        .select_related("product")
        .order_by("sku")
    )


def tiers_of(group: GroupOrder) -> list[Tier]:
    """The prices that a group can reach, the smallest quantity first."""
    rows = GroupTier.objects.filter(group=group).order_by("min_quantity")
    return [Tier(row.min_quantity, Money(row.price_minor, group.currency)) for row in rows]


def reached(tiers: Sequence[Tier], quantity: int) -> Tier | None:
    """The tier that so much reaches; None below the first."""
    return next((tier for tier in reversed(tiers) if tier.min_quantity <= quantity), None)


def following(tiers: Sequence[Tier], quantity: int) -> Tier | None:
    """The next tier that so much does not reach yet; None above the last."""
    return next((tier for tier in tiers if tier.min_quantity > quantity), None)


def group_orders() -> GroupOrderQuerySet:
    """With what a row shows of other tables."""
    rows: GroupOrderQuerySet = GroupOrder.objects.select_related(
        "station__county", "variant__product__category", "opened_by"
    )
    return rows


def pledges() -> GroupPledgeQuerySet:
    """The same for pledges."""
    rows: GroupPledgeQuerySet = GroupPledge.objects.select_related(
        "group__station__county", "group__variant__product", "villager", "payment", "order", "taken_by"
    )
    return rows


def open_at(station: Station, *, at: dt.datetime) -> QuerySet[GroupOrder]:
    """What residents can join here now, the first to close first."""
    return group_orders().filter(station=station, status=_G.OPEN, cutoff_at__gt=at).order_by("cutoff_at", "pk")


def bought_by_month(groups: QuerySet[GroupOrder], *, at: dt.datetime, months: int) -> list[dict[str, Any]]:
    """What was bought together in each of the last months, by currency, the newest first; one statement.

    `minor` is what residents paid and `back` what they got back because more was pledged, in minor units. Months are
    those of each station's own calendar.
    """
    first = last_months(day_in("UTC", at), months)[0]
    since = instant_of("UTC", first, dt.time()) - dt.timedelta(days=1)
    decided = groups.filter(decided_at__gte=since, status__in=[_G.CONFIRMED, _G.FULFILLED])
    ordered = GroupPledge.objects.filter(group__in=decided, status=GroupPledge.Status.ORDERED).order_by()
    dated = ordered.annotate(month=TruncMonth(LocalDate("group__decided_at", "group__station__zone")))
    rows = dated.filter(month__gte=first).values("month", "currency")
    return list(
        rows.annotate(
            groups=Count("group", distinct=True),
            people=Count("pk"),
            minor=Sum(F("held_minor") - F("returned_minor")),
            back=Sum("returned_minor"),
        ).order_by("-month", "currency")
    )
