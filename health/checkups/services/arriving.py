"""Somebody has come, or comes no more."""

import datetime as dt
from collections import Counter
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import WrongState, refused_by, refuses
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from health.checkups.machine import ORDER
from health.checkups.models import Campaign, CareTask, CheckupOrder, CheckupResult
from health.checkups.queries import is_examined
from health.checkups.services.campaigns import DayToCome
from health.hospitals.models import HOSPITAL_ROLES
from stations.accounts.models import User
from stations.network.services import refuse_unless_open
from stations.people.models import Person

#: The service of a station whose people receive residents on a check-up day.
SERVICE = "checkup"
_S = CheckupOrder.Status
#: Somebody may come later than on the day; after a week they count as not come.
COMES_WITHIN = dt.timedelta(days=7)
NO_SHOW, TOO_YOUNG = "no_show", "too_young"


@refuses(WrongState, DayToCome, *refused_by(refuse_unless_open))
@transaction.atomic
def record_arrival(*, order: CheckupOrder, by: User, at: dt.datetime) -> CheckupOrder:
    """The resident is here, on the day of the check-up or later; said again it changes nothing.

    The people of a station receive where the station offers check-ups (`service_not_open`).
    """
    lock(order)
    order.refresh_from_db(fields=["status", "arrived_at", "arrived_by"])
    ORDER.check("record_arrival", order.status)
    if order.arrived_at is not None:
        return order
    if not any(post.role in HOSPITAL_ROLES for post in by.live_posts):
        refuse_unless_open(order.day.station, SERVICE, by=by, at=at)
    if day_in(order.campaign.clinic.zone, at) < order.day.local_date:
        raise DayToCome(day=order.day.local_date)
    order.arrived_at, order.arrived_by = at, by
    order.save(update_fields=["arrived_at", "arrived_by", "updated_at"])
    record_change(order, old=_S.ACTIVE, new="arrived", at=at, actor=by.pk)
    return order


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def revoke_order(*, order: CheckupOrder, reason: str, by: User, at: dt.datetime) -> CheckupOrder:
    """Take a resident from the list of whom nothing was found yet; place and money are free for another."""
    campaign = lock(order.campaign)
    order = lock(order)
    ORDER.check("revoke_order", order.status)
    if is_examined(order):
        raise WrongState(state=str(order.get_status_display()))
    _revoke([order], at=at, actor=by.pk, reason=reason)
    Campaign.objects.filter(pk=campaign.pk).update(ordered=F("ordered") - 1)
    return order


@transaction.atomic
def release_no_shows(*, zone: str, on_date: dt.date, at: dt.datetime) -> int:
    """Who has not come within a week of a check-up day in this zone is taken from the list; how many.

    Their places in the budget are free for others. Of whom anything was found, or who was received, stays.
    """
    found = CheckupOrder.objects.filter(
        ~Exists(CheckupResult.objects.filter(order=OuterRef("pk"))),
        status=_S.ACTIVE,
        arrived_at=None,
        day__local_date__lt=on_date - COMES_WITHIN,
        campaign__clinic__zone=zone,
    )
    campaigns = lock_all(Campaign.objects.filter(pk__in=found.values("campaign")))
    held = lock_all(found)
    _revoke(held, at=at, actor=None, reason=NO_SHOW)
    freed = Counter(each.campaign_id for each in held)
    for campaign in campaigns:
        Campaign.objects.filter(pk=campaign.pk).update(ordered=F("ordered") - freed[campaign.pk])
    return len(held)


@transaction.atomic
def revoke_orders_of(*, resident: Person, at: dt.datetime) -> int:
    """Somebody has died: nothing is expected any more, and nobody is called; how many check-ups ended."""
    records = Person.objects.of_people(resident.pk)
    found = CheckupOrder.objects.filter(resident__in=records, status=_S.ACTIVE)
    campaigns = lock_all(Campaign.objects.filter(pk__in=found.values("campaign")))
    held = lock_all(found)
    _revoke(held, at=at, actor=None)
    for campaign in campaigns:
        ended = sum(each.campaign_id == campaign.pk for each in held)
        Campaign.objects.filter(pk=campaign.pk).update(ordered=F("ordered") - ended)
    tasks = lock_all(CareTask.objects.open().filter(order__resident__in=records))
    CareTask.objects.filter(pk__in=[each.pk for each in tasks]).update(status=CareTask.Status.CANCELLED, updated_at=at)
    record_changes(tasks, old=CareTask.Status.REQUESTED, new=CareTask.Status.CANCELLED, at=at)
    return len(held)


def revoke_too_young(*, orders: list[CheckupOrder], by: User, at: dt.datetime) -> None:
    """Take these from the list, who are not old enough on the date of the day; their campaign is locked."""
    _revoke(orders, at=at, actor=by.pk, reason=TOO_YOUNG)


def _revoke(orders: list[CheckupOrder], *, at: dt.datetime, actor: UUID | None, reason: str = "") -> None:
    CheckupOrder.objects.filter(pk__in=[each.pk for each in orders]).update(status=_S.REVOKED, updated_at=at)
    record_changes(orders, old=_S.ACTIVE, new=_S.REVOKED, at=at, actor=actor, reason=reason)
    for each in orders:
        each.status = _S.REVOKED
