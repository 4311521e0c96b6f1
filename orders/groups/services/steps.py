"""What the verbs of group orders share: rows that are held, states with a trace, jobs, messages."""

import datetime as dt
import hashlib
from typing import Any

from core.database.db import lock
from core.history import record_change
from core.jobs.services import enqueue
from core.notices.services import notify
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.queries import group_orders, tiers_of
from orders.purchases.services.steps import in_words
from stations.accounts.models import User

SERVICE = "goods_order"


def held(group: GroupOrder) -> GroupOrder:
    """The row, held until the transaction ends, with what services ask of it."""
    lock(group)
    return group_orders().get(pk=group.pk)


def move(group: GroupOrder, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> GroupOrder:
    """Store it in its new state, with a trace."""
    before, group.status = group.status, status
    group.save()
    record_change(group, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    return group


def settle_later(group: GroupOrder, *, at: dt.datetime, after: GroupPledge | None = None) -> None:
    """A job makes orders of the pledges, or gives them back: some at a time, those behind `after` next."""
    enqueue(
        "groups.settle_pledges",
        dedupe_key=f"group-settle:{group.pk}:{after.pk if after else ''}",
        payload={"group": str(group.pk)},
        run_at=at,
    )


def content_hash(group: GroupOrder, quantity: int) -> str:
    """What a resident agrees to: article, quantity, every price, cut-off, day and place of collection."""
    tiers = [(tier.min_quantity, tier.price.minor) for tier in tiers_of(group)]
    content = [
        *(group.station.code, group.variant_id, group.currency, quantity, tiers),
        *(group.cutoff_at.isoformat(), group.pickup_date.isoformat()),
    ]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def tell(pledge: GroupPledge, template: str, *, at: dt.datetime, **params: Any) -> None:
    """A message to the resident's phone, where there is one."""
    villager, station = pledge.villager, pledge.group.station
    if not villager.phone:
        return
    product = pledge.group.variant.product
    known = {"what": {"en": product.name, "zh-hans": product.name_zh}, "station": station.name, **params}
    notify(
        template=template,
        params=in_words(known, villager.language),
        language=villager.language,
        phone=str(villager.phone),
        dedupe_key=f"{template}:{pledge.pk}",
        at=at,
        zone=station.zone,
    )
