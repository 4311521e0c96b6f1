"""The county lets parcels that a buyer did not take count no more: once, with a reason, and another than who sold."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, refuses
from core.history import record_change
from core.language.reasons import needs_words
from orders.purchases.models import CodRefusal, CodWaiver, Order
from orders.purchases.queries import refusals_that_count, waived_since
from orders.purchases.services.cash_rules import policy_at
from orders.purchases.services.steps import held
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import merged_into
from stations.two_persons import require_two_persons


class NothingToWaive(Refused):
    """The buyer has no points from parcels of this county."""

    code = "nothing_to_waive"
    message = _("No parcel of this county counts against this buyer.")


class WaivedAlready(Refused):
    """Once in the days that points count."""

    code = "waived_already"
    message = _("Points of this buyer were waived already. This can be done once in %(days)s days.")


@refuses(NothingToWaive, WaivedAlready, SamePerson)
@needs_words("reason")
@transaction.atomic
def waive_cod_points(*, order: Order, reason: str, by: User, at: dt.datetime) -> Order:
    """Let the parcels of this county that the buyer of an order did not take count no more for cash on delivery.

    Another person than the buyer, and than who took any of those orders, decides that. Refused: `nothing_to_waive`,
    `waived_already`, `same_person`.
    """
    order = held(order)
    policy = policy_at(order.station, at)
    if order.villager is None or policy is None:
        raise NothingToWaive
    lock(Person(pk=merged_into(order.villager.pk) or order.villager.pk))  # two at once, from two orders of one buyer
    since = at - dt.timedelta(days=policy.window_days)
    if waived_since(order.villager, since).exists():
        raise WaivedAlready(days=policy.window_days)
    counting = refusals_that_count(order, since, at=at)
    refusals = list(counting.select_related("order").order_by("pk"))
    if not refusals:
        raise NothingToWaive
    require_two_persons(by, order.villager_id, *(each.order.ordered_by_id for each in refusals))
    CodWaiver.objects.bulk_create(_waived(each, reason=reason, by=by, at=at) for each in refusals)
    record_change(order, old=order.status, new=order.status, at=at, actor=by.pk, reason=reason[:200])
    return order


def points_to_waive(order: Order, *, at: dt.datetime) -> int:
    """What of its buyer's points can be waived now in its county; 0 once that was done."""
    policy = policy_at(order.station, at)
    if order.villager is None or policy is None:
        return 0
    since = at - dt.timedelta(days=policy.window_days)
    if waived_since(order.villager, since).exists():
        return 0
    return refusals_that_count(order, since, at=at).aggregate(points=Sum("points"))["points"] or 0


def _waived(refusal: CodRefusal, *, reason: str, by: User, at: dt.datetime) -> CodWaiver:
    return CodWaiver(
        refusal=refusal,
        villager_id=refusal.villager_id,
        order_taken_by_id=refusal.order.ordered_by_id,
        reason=reason[:200],
        waived_by=by,
        at=at,
    )
