"""Results of somebody who was taken from the list as not come: they did come, and are on it again."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F

from core.database.db import lock_all
from core.errors import refuses
from core.history import record_change
from core.models import StatusChange
from health.checkups.models import Campaign, CheckupOrder
from health.checkups.models.orders import OrderQuerySet
from health.checkups.queries import is_listed
from health.checkups.services.arriving import NO_SHOW
from health.checkups.services.rostering import AlreadyListed, BudgetUsedUp
from stations.accounts.models import User

#: Why a check-up is open again.
LATE_RESULT = "late_result"
_S = CheckupOrder.Status


def lock_budgets_of(revoked: OrderQuerySet) -> None:
    """Lock the campaigns of check-ups that may be opened again: before the check-ups, as everybody locks them."""
    lock_all(Campaign.objects.filter(pk__in=revoked.values("campaign")))


def no_shows_among(orders: Collection[CheckupOrder]) -> set[UUID]:
    """Which of these were taken from the list because nobody had come; one that people took from it stays off it."""
    revoked = [each for each in orders if each.status == _S.REVOKED]
    if not revoked:
        return set()
    kind = ContentType.objects.get_for_model(CheckupOrder)
    changes = StatusChange.objects.filter(content_type=kind, object_id__in=[str(each.pk) for each in revoked])
    last = {each.object_id: each for each in changes.order_by("at", "pk")}
    return {each.pk for each in revoked if str(each.pk) in last and last[str(each.pk)].reason == NO_SHOW}


@refuses(BudgetUsedUp, AlreadyListed)
@transaction.atomic
def reopen_no_show(*, order: CheckupOrder, by: User, at: dt.datetime) -> CheckupOrder:
    """Put a check-up on its list again, whose first result has come: the money of the campaign pays it as before.

    Refused where the money was given to others meanwhile, or the resident is on another list of the campaign.
    """
    if is_listed(order.campaign, order.resident):
        raise AlreadyListed(field="serial")
    paid = Campaign.objects.filter(pk=order.campaign_id, budget_minor__gte=(F("ordered") + 1) * F("price_minor"))
    if not paid.update(ordered=F("ordered") + 1):
        raise BudgetUsedUp(field="serial")
    order.status = _S.ACTIVE
    CheckupOrder.objects.filter(pk=order.pk).update(status=_S.ACTIVE, updated_at=at)
    record_change(order, old=_S.REVOKED, new=_S.ACTIVE, at=at, actor=by.pk, reason=LATE_RESULT)
    return order
