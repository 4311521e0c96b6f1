"""A group order is opened: one article, a cut-off, and the prices of the list for groups."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.jobs.services import enqueue
from orders.catalog.models import Product, Variant
from orders.catalog.queries import quantity_words
from orders.groups.models import GroupOrder, GroupTier
from orders.groups.queries import tiers_at
from orders.groups.services.steps import SERVICE
from orders.stock.services import QuantityStep
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.paper_numbers import paper_number
from stations.network.services import refuse_unless_open

#: The village needs time to hear of it, and nobody's money waits longer.
SHORTEST, LONGEST = dt.timedelta(hours=1), dt.timedelta(days=30)
#: Days from the cut-off until the goods are there, at most.
PICKUP_WITHIN_DAYS = 30
REMINDED_BEFORE = dt.timedelta(hours=24)


class NoGroupPrice(Refused):
    """No list for group orders names the article here."""

    code = "no_group_price"
    status = 422
    message = _("%(variant)s has no price for group orders here.")


class OnDemandGoods(Refused):
    """What a supplier keeps is confirmed order by order, and nothing of it can be reserved for a village."""

    code = "on_demand_goods"
    status = 422
    message = _("%(variant)s is ordered from its supplier, not from a warehouse. Order it for each resident.")


class CutoffNotPossible(Refused):
    """Too soon for the village, or too late for the money."""

    code = "cutoff_not_possible"
    status = 422
    message = _("Pledges end at least one hour and at most 30 days from now.")


class PickupNotPossible(Refused):
    """The goods come after the cut-off, and soon."""

    code = "pickup_not_possible"
    status = 422
    message = _("The day of collection is after the last day for pledges, at most 30 days later.")


class MaximumTooSmall(Refused):
    """Nobody could reach the minimum."""

    code = "maximum_too_small"
    status = 422
    message = _("The first price is reached with %(least)s: the maximum must be at least that.")


@refuses(
    NoGroupPrice,
    OnDemandGoods,
    CutoffNotPossible,
    PickupNotPossible,
    MaximumTooSmall,
    QuantityStep,
    *refused_by(refuse_unless_open),
)
@transaction.atomic
def open_group_order(
    *,
    station: Station,
    variant: Variant,
    cutoff_at: dt.datetime,
    pickup_date: dt.date,
    max_quantity: int | None,
    by: User,
    at: dt.datetime,
    key: str,
) -> GroupOrder:
    """Open a group order for one article at the prices of today's list for groups; its first tier is the minimum.

    The same key again gives the group order that stands. Refused: `service_not_open`, `no_group_price`,
    `on_demand_goods`, `cutoff_not_possible`, `pickup_not_possible`, `maximum_too_small`, `quantity_step`.
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    own_key = f"{by.pk}:{key}"
    stands = GroupOrder.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    tiers = tiers_at(station, variant, at=at)
    if not tiers or variant.product.status != Product.Status.ACTIVE:
        raise NoGroupPrice(field="variant", variant=variant.title)
    if variant.is_on_demand:
        raise OnDemandGoods(field="variant", variant=variant.title)
    if not at + SHORTEST <= cutoff_at <= at + LONGEST:
        raise CutoffNotPossible(field="cutoff_at")
    cutoff_date = day_in(station.zone, cutoff_at)
    if not 0 < (pickup_date - cutoff_date).days <= PICKUP_WITHIN_DAYS:
        raise PickupNotPossible(field="pickup_date")
    _refuse_maximum(variant, max_quantity, tiers[0].min_quantity)
    group = GroupOrder.objects.create(
        key=own_key,
        number=paper_number(station, "G", at),
        station=station,
        variant=variant,
        currency=station.currency,
        opened_by=by,
        opened_at=at,
        cutoff_at=cutoff_at,
        cutoff_date=cutoff_date,
        pickup_date=pickup_date,
        min_quantity=tiers[0].min_quantity,
        max_quantity=max_quantity,
        held_price_minor=tiers[0].price.minor,
    )
    GroupTier.objects.bulk_create(
        GroupTier(group=group, min_quantity=tier.min_quantity, price_minor=tier.price.minor) for tier in tiers
    )
    record_change(group, old="", new=group.status, at=at, actor=by.pk)
    _plan(group, at=at)
    return group


def _refuse_maximum(variant: Variant, most: int | None, least: int) -> None:
    if most is None:
        return
    if most % variant.quantity_step:
        raise QuantityStep(field="max_quantity", variant=variant.title, step=variant.quantity_step)
    if most < least:
        raise MaximumTooSmall(field="max_quantity", least=quantity_words(variant, least))


def _plan(group: GroupOrder, *, at: dt.datetime) -> None:
    """It closes at its cut-off; a day before, who opened it hears what is missing."""
    about = {"group": str(group.pk)}
    enqueue("groups.close_group_order", dedupe_key=f"group-close:{group.pk}", payload=about, run_at=group.cutoff_at)
    if group.cutoff_at - REMINDED_BEFORE > at:
        enqueue(
            "groups.remind_group",
            dedupe_key=f"group-remind:{group.pk}",
            payload=about,
            run_at=group.cutoff_at - REMINDED_BEFORE,
            use_by=group.cutoff_at,
        )
