"""A group order closes and is decided, or is stopped; it is finished when everything is handed over."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.errors import Refused, WrongState, refuses
from core.history import record_changes
from core.jobs.services import enqueue
from core.language.reasons import needs_words
from core.notices.services import notify
from core.notices.templates import in_each_language
from orders.catalog.queries import quantity_words
from orders.groups.machine import GROUP
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.queries import reached, tiers_of
from orders.groups.services.steps import held, move, settle_later
from orders.stock.services import NotInOneWarehouse, OutOfStock, QuantityStep, Wanted, reserve_stock
from stations.accounts.models import User

_S = GroupOrder.Status


class NotFullYet(Refused):
    """Before its cut-off a group order closes only when nothing more can be pledged."""

    code = "group_not_full"
    message = _("It closes before its time only when everything that is possible was pledged.")


@refuses(WrongState, NotFullYet)
@transaction.atomic
def close_group_order(*, group: GroupOrder, by: User, at: dt.datetime) -> GroupOrder:
    """Take no more pledges of a group order that is full, before its cut-off: a job decides it at once.

    Refused: `wrong_state`, `group_not_full`.
    """
    group = held(group)
    GROUP.check("close_group_order", group.status)
    if not group.is_full:
        raise NotFullYet
    group = _close(group, by=by, at=at)
    enqueue(
        "groups.close_group_order",
        dedupe_key=f"group-close:{group.pk}:full",
        payload={"group": str(group.pk)},
        run_at=at,
    )
    return group


@refuses()
@transaction.atomic
def decide_group_order(*, group: GroupOrder, at: dt.datetime) -> GroupOrder:
    """Close a group order whose cut-off has come, and decide it: ordered at the price that was reached, or not at all.

    All of it is reserved, or nothing. Its pledges are settled afterwards (`settle_pledges`). One that is decided
    already, or not due yet, is left as it is.
    """
    group = held(group)
    if group.status == _S.OPEN and at >= group.cutoff_at:
        group = _close(group, by=None, at=at)
    if not GROUP.allows("decide_group_order", group.status):
        return group
    group.decided_at = at
    tier = reached(tiers_of(group), group.pledged_quantity)
    if tier is None:
        return _fail(group, GroupOrder.Failure.BELOW_MINIMUM, at=at)
    if not _reserve(group, at=at):
        return _fail(group, GroupOrder.Failure.NO_STOCK, at=at)
    group.reached_price_minor = tier.price.minor
    settle_later(group, at=at)
    return move(group, _S.CONFIRMED, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def cancel_group_order(*, group: GroupOrder, reason: str, by: User, at: dt.datetime) -> GroupOrder:
    """Stop a group order that is not decided: everybody gets all of their money back. Refused: `wrong_state`."""
    group = held(group)
    GROUP.check("cancel_group_order", group.status)
    group.closed_at, group.decided_at = group.closed_at or at, at
    settle_later(group, at=at)
    return move(group, _S.CANCELLED, at=at, by=by, reason=reason)


@transaction.atomic
def finish_group_orders(*, county: str, at: dt.datetime) -> int:
    """End the group orders of a county (its code) of which everything was handed over or cancelled; how many."""
    under_way = GroupPledge.objects.filter(
        group=OuterRef("pk"), order__ordered__gt=F("order__delivered") + F("order__cancelled")
    )
    due = GroupOrder.objects.filter(
        ~Exists(under_way),
        station__county__code=county,
        status__in=GROUP.arrows["finish_group_order"],
        settled_at__isnull=False,
    )
    groups = lock_all(due)
    GroupOrder.objects.filter(pk__in=[group.pk for group in groups]).update(status=_S.FULFILLED, updated_at=at)
    record_changes(groups, old=_S.CONFIRMED, new=_S.FULFILLED, at=at)
    return len(groups)


@transaction.atomic
def remind_group(*, group: GroupOrder, at: dt.datetime) -> None:
    """A day before the cut-off, who opened it hears how much is pledged, and what the minimum is."""
    group = held(group)
    if group.status != _S.OPEN or at >= group.cutoff_at:
        return
    user, product = group.opened_by, group.variant.product
    notify(
        template="group_reminder",
        params={
            "what": {"en": product.name, "zh-hans": product.name_zh},
            "pledged": in_each_language(lambda: quantity_words(group.variant, group.pledged_quantity)),
            "least": in_each_language(lambda: quantity_words(group.variant, group.min_quantity)),
        },
        language=user.language,
        user=user,
        link=f"/orders/group-orders/{group.pk}/",
        dedupe_key=f"group_reminder:{group.pk}",
        at=at,
    )


def _close(group: GroupOrder, *, by: User | None, at: dt.datetime) -> GroupOrder:
    group.closed_at = at
    return move(group, _S.CLOSED, at=at, by=by)


def _fail(group: GroupOrder, why: str, *, at: dt.datetime) -> GroupOrder:
    group.failure = why
    settle_later(group, at=at)
    return move(group, _S.FAILED, at=at)


def _reserve(group: GroupOrder, *, at: dt.datetime) -> bool:
    """Reserve everything that is pledged; a pledge's id becomes that of the order's line. Whether it was possible."""
    held_pledges = group.pledges.filter(status=GroupPledge.Status.HELD).order_by("pk")
    wanted = [Wanted(pledge.pk, group.variant, pledge.quantity) for pledge in held_pledges]
    try:
        with transaction.atomic():
            reserve_stock(station=group.station, lines=wanted, at=at)
    except (OutOfStock, NotInOneWarehouse, QuantityStep):
        return False
    return True
