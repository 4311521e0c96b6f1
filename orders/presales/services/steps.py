"""What the verbs of presales share: rows that are held, states with a trace, jobs, messages."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.database.db import lock
from core.history import record_change
from core.jobs.services import enqueue
from core.notices.services import Notification, decent_hour, notify_all
from orders.presales.models import PresaleCycle, PresaleOrder
from orders.presales.queries import presales
from orders.produce.services.harvests import names_of
from orders.purchases.services.steps import in_words
from stations.accounts.models import User

SERVICE = "goods_order"
#: Who was cut may give all of it up, free of charge, for so long after being told.
DECLINED_WITHIN = dt.timedelta(hours=24)


def held(presale: PresaleCycle) -> PresaleCycle:
    """The row, held until the transaction ends, with what services ask of it."""
    lock(presale)
    return presales().get(pk=presale.pk)


def decline_until(presale: PresaleCycle) -> dt.datetime | None:
    """When the hours end in which boxes are given up after a cut: buyers are told once all is settled, not at night.

    None while it is being settled.
    """
    if presale.settled_at is None:
        return None
    return decent_hour(presale.station.zone, presale.settled_at) + DECLINED_WITHIN


def move(presale: PresaleCycle, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> None:
    """Store it in its new state, with a trace."""
    before, presale.status = presale.status, status
    presale.save()
    record_change(presale, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])


def settle_later(presale: PresaleCycle, *, at: dt.datetime, after: PresaleOrder | None = None) -> None:
    """A job shares the money of the orders or gives it back: some at a time, those behind `after` next."""
    enqueue(
        "presales.settle_presale",
        dedupe_key=f"presale-settle:{presale.pk}:{presale.status}:{after.pk if after else ''}",
        payload={"presale": str(presale.pk)},
        run_at=at,
    )


def refund_recalled_later(presale: PresaleCycle, *, at: dt.datetime, after: PresaleOrder | None = None) -> None:
    """A job gives the money of boxes back whose lot was called back: some at a time, those behind `after` next."""
    enqueue(
        "presales.refund_recalled",
        dedupe_key=f"presale-recalled:{presale.pk}:{after.pk if after else ''}",
        payload={"presale": str(presale.pk)},
        run_at=at,
    )


def tell_later(presale: PresaleCycle, *, at: dt.datetime) -> None:
    """A job tells every buyer what the state of a presale means for them."""
    enqueue(
        "presales.tell_of_state",
        dedupe_key=f"presale-tell:{presale.pk}:{presale.status}",
        payload={"presale": str(presale.pk)},
        run_at=at,
    )


def tell(order: PresaleOrder, template: str, *, at: dt.datetime, **params: Any) -> None:
    """A message to the buyer's phone, where there is one."""
    tell_all([notification(order, template, **params)], at=at)


def tell_all(told: Iterable[Notification | None], *, at: dt.datetime) -> None:
    """Many buyers hear something in a few statements."""
    notify_all(notifications=[each for each in told if each is not None], at=at)


def notification(order: PresaleOrder, template: str, *, about: str = "", **params: Any) -> Notification | None:
    """What a buyer is told; None where there is no phone. `order` comes with its presale, crop, buyer and station."""
    villager, station = order.villager, order.station
    if not villager.phone:
        return None
    known = {"crop": names_of(order.presale.crop), "station": station.name, **params}
    return Notification(
        template=template,
        params=in_words(known, villager.language),
        language=villager.language,
        phone=str(villager.phone),
        dedupe_key=f"{template}:{order.pk}:{about}",
        zone=station.zone,
    )
