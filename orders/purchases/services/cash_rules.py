"""Cash on delivery: who may order so much before paying, with which deposit."""

import datetime as dt

from django.db.models import F, Q, Sum
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refuses
from core.money import Money, share, zero
from core.web.ranges import holds_on
from orders.purchases.models import CodPolicy, CodRefusal, CodStanding, Fulfilment, Order
from stations.network.models import Station
from stations.people.models import Person

#: So many parcels paid and taken lift one point.
TAKEN_PER_POINT = 5


class CodAboveCeiling(Refused):
    """One order, or all that a buyer has not paid yet, would be more than the county allows."""

    code = "cod_above_ceiling"
    message = _("By cash on delivery at most %(most)s can be ordered now. Have it paid in advance.")


class CodPrepayOnly(Refused):
    """Too many parcels were not taken."""

    code = "cod_prepay_only"
    message = _("This buyer did not take %(points)s parcels. This order has to be paid in advance.")


class CodNotOffered(Refused):
    """Nobody has set rules for cash on delivery in this county and currency."""

    code = "cod_not_offered"
    message = _("Cash on delivery is not offered here. Have it paid in advance.")


def policy_at(station: Station, at: dt.datetime) -> CodPolicy | None:
    """The rules of the station's county, else those of every county with its currency."""
    rows = CodPolicy.objects.filter(
        Q(division=station.county_id) | Q(division=None),
        holds_on(day_in(station.zone, at)),
        currency=station.currency,
    )
    return rows.order_by(F("division").asc(nulls_last=True)).first()


def points_of(villager: Person, *, days: int, at: dt.datetime) -> int:
    """Parcels not taken in the last so many days, less one for every five that were paid and taken; at least 0."""
    since = at - dt.timedelta(days=days)
    missed = CodRefusal.objects.filter(villager=villager, at__gt=since, at__lte=at).aggregate(points=Sum("points"))
    taken = Fulfilment.objects.filter(
        order__villager=villager, status=Fulfilment.Status.DELIVERED, cash_due_minor__gt=0, delivered_at__gt=since
    )
    return max((missed["points"] or 0) - taken.count() // TAKEN_PER_POINT, 0)


@refuses(CodNotOffered, CodAboveCeiling, CodPrepayOnly)
def deposit_for(order: Order, *, at: dt.datetime) -> Money:
    """What must be paid in advance of an order by cash on delivery; zero for a buyer who takes the parcels.

    Refused: `cod_not_offered`, `cod_above_ceiling` (equal is allowed), `cod_prepay_only`.
    """
    policy = policy_at(order.station, at)
    if policy is None:
        raise CodNotOffered(field="pay_method")
    villager = order.villager
    ceiling = policy.order_ceiling_minor if villager else policy.walk_in_ceiling_minor
    if order.total_minor > ceiling:
        raise CodAboveCeiling(field="pay_method", most=Money(ceiling, order.currency).display())
    if villager is None:
        return zero(order.currency)
    _refuse_above(order, policy)
    points = points_of(villager, days=policy.window_days, at=at)
    if points >= policy.prepay_from_points:
        raise CodPrepayOnly(field="pay_method", points=points)
    if points < policy.deposit_from_points:
        return zero(order.currency)
    return Money(share(order.total_minor, policy.deposit_bp, rounding="half_up"), order.currency)


@refuses(CodNotOffered, CodAboveCeiling)
def raise_outstanding(order: Order, *, at: dt.datetime) -> None:
    """Count what the buyer will owe on delivery; one statement decides between two orders at once."""
    if order.villager is None or not order.is_cod:
        return
    policy = policy_at(order.station, at)
    if policy is None:
        raise CodNotOffered(field="pay_method")
    ceiling, amount = policy.villager_ceiling_minor, order.due.minor
    CodStanding.objects.get_or_create(
        villager=order.villager, defaults={"currency": order.currency, "ceiling_minor": ceiling}
    )
    own = CodStanding.objects.filter(villager=order.villager)
    own.filter(outstanding_minor=0).update(currency=order.currency, ceiling_minor=ceiling)
    fits = own.filter(currency=order.currency, outstanding_minor__lte=ceiling - amount)
    if not fits.update(outstanding_minor=F("outstanding_minor") + amount, ceiling_minor=ceiling):
        _refuse_above(order, policy)
        raise CodAboveCeiling(field="pay_method", most=zero(order.currency).display())


def lower_outstanding(order: Order, amount: Money) -> None:
    """What was paid or cancelled is not owed on delivery any more."""
    if order.villager is not None and order.is_cod and amount:
        own = CodStanding.objects.filter(villager=order.villager)
        own.update(outstanding_minor=F("outstanding_minor") - amount.minor)


def raise_again(order: Order, amount: Money) -> None:
    """What was paid was taken back: it is owed on delivery after all, whatever the ceiling is."""
    if order.villager is not None and order.is_cod and amount:
        owed = F("outstanding_minor") + amount.minor
        own = CodStanding.objects.filter(villager=order.villager)
        own.update(outstanding_minor=owed, ceiling_minor=Greatest("ceiling_minor", owed))


def _refuse_above(order: Order, policy: CodPolicy) -> None:
    standing = CodStanding.objects.filter(villager=order.villager).first()
    owed = standing.outstanding_minor if standing else 0
    is_other = bool(owed and standing and standing.currency != order.currency)
    left = 0 if is_other else max(policy.villager_ceiling_minor - owed, 0)
    if order.total_minor > left:
        raise CodAboveCeiling(field="pay_method", most=Money(left, order.currency).display())
