"""Reconciliation items: noted once, closed by themselves where the other side is found, else passed up as they age."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import QuerySet

from core.notices.services import notify
from finance.recon.machine import RECON_ITEM
from finance.recon.models import ReconItem
from finance.recon.queries import age_limit, aged_by_county, counts_of_items
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role

#: After so many days: it needs a person; the manager; the red list.
TO_A_PERSON, TO_THE_MANAGER, RED_LIST = 1, 3, 7

# `chosen` selects the ids. The arrow of each item stands in its history, in the same statement.
_CLOSE = """
WITH chosen AS MATERIALIZED (
    SELECT id, status FROM finance_reconitem WHERE id IN ({chosen}) ORDER BY id FOR NO KEY UPDATE
), closed AS (
    UPDATE finance_reconitem AS item
       SET status = %(new)s, kind = coalesce(%(kind)s, item.kind), reason_code = %(reason_code)s, closed_at = %(at)s,
           updated_at = now()
      FROM chosen WHERE item.id = chosen.id RETURNING item.id, chosen.status AS old
)
INSERT INTO core_statuschange (content_type_id, object_id, old, new, actor_kind, actor, reason, at, key,
                               created_at, updated_at)
SELECT %(content_type)s, id::text, old, %(new)s, 'system', NULL, %(reason_code)s, %(at)s, '', now(), now() FROM closed
"""

_RAISE = """
WITH raised AS (
    UPDATE finance_reconitem SET status = 'exception', updated_at = now()
     WHERE id IN (SELECT id FROM finance_reconitem
                   WHERE status = 'unmatched' AND opened_at < %(before)s
                   ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id
)
INSERT INTO core_statuschange (content_type_id, object_id, old, new, actor_kind, actor, reason, at, key,
                               created_at, updated_at)
SELECT %(content_type)s, id::text, 'unmatched', 'exception', 'system', NULL, '', %(at)s, '', now(), now() FROM raised
"""

# What is deleted is added again as fewer rows; what is being written meanwhile is not seen and stays.
_ADD_UP_TALLIES = """
WITH gone AS (DELETE FROM finance_recontally RETURNING kind, opened_hour, change)
INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
SELECT kind, opened_hour, sum(change), now(), now() FROM gone GROUP BY kind, opened_hour HAVING sum(change) <> 0
"""


def open_recon_item(
    *,
    kind: str,
    dedupe_key: str,
    provider_id: int | None,
    our_ref: str,
    currency: str,
    detail: dict[str, Any],
    at: dt.datetime,
    payment: Any = None,
    amount_diff_minor: int = 0,
    subject_date: dt.date | None = None,
    sides: Sequence[str] = (ReconItem.Side.OURS, ReconItem.Side.PROVIDER),
) -> None:
    """Note that two sides see something differently; the same thing again adds nothing.

    `amount_diff_minor` is what they say less what we say, in minor units.
    """
    ReconItem.objects.bulk_create(
        [
            ReconItem(
                kind=kind,
                dedupe_key=dedupe_key[:160],
                provider_id=provider_id,
                payment=payment,
                our_ref=our_ref[:64],
                amount_diff_minor=amount_diff_minor,
                currency=currency,
                detail=detail,
                subject_date=subject_date,
                sides=list(sides),
                opened_at=at,
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def match_recon_items(*, items: QuerySet[ReconItem], at: dt.datetime) -> int:
    """What the other side was missing is there: those of these items that are open are explained; how many."""
    ids = list(items.filter(status__in=RECON_ITEM.arrows["match_recon_item"]).values_list("pk", flat=True))
    return close_chosen("SELECT unnest(%(ids)s::bigint[])", {"ids": ids}, new=ReconItem.Status.MATCHED, at=at)


def close_chosen(
    chosen: str, params: dict[str, Any], *, new: str, at: dt.datetime, kind: str | None = None, reason_code: str = ""
) -> int:
    """Close the open items whose ids `chosen`, a statement, selects, in one statement; how many there were."""
    own = {"new": new, "kind": kind, "reason_code": reason_code, "at": at, "content_type": _content_type()}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE.format(chosen=chosen), {**params, **own})
        return cursor.rowcount


@transaction.atomic
def raise_recon_items(*, at: dt.datetime, most: int = 50_000) -> int:
    """What nothing has explained for a day needs a person; how many items that were. At most `most` at once."""
    params: dict[str, Any] = {
        "before": age_limit(TO_A_PERSON, at=at),
        "most": most,
        "content_type": _content_type(),
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, params)
        return cursor.rowcount


@transaction.atomic
def add_up_tallies() -> None:
    """Make one row of each kind and hour, so that the board reads few."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP_TALLIES)


@transaction.atomic
def tell_of_aged_items(*, date: dt.date, at: dt.datetime) -> None:
    """Once a day: officers of what needs a person, managers of what is three days old in their county, and officers
    again of the red list."""
    by_age = counts_of_items(at=at).by_age
    waiting = sum(number for age, number in by_age.items() if age >= TO_A_PERSON)
    red = by_age.get(RED_LIST, 0)
    officers = people_in_role(Role.FINANCE_OFFICER, at=at) if waiting else []
    for officer in officers:
        _tell(officer, "recon_items_wait", waiting, age=TO_A_PERSON, date=date, at=at)
        if red:
            _tell(officer, "recon_items_on_red_list", red, age=RED_LIST, date=date, at=at)
    for station, number in aged_by_county(days=TO_THE_MANAGER, at=at):
        for manager in people_in_role(Role.COUNTY_MANAGER, at=at, station=station):
            _tell(manager, "recon_items_to_manager", number, age=TO_THE_MANAGER, date=date, at=at)


def _tell(user: User, template: str, count: int, *, age: int, date: dt.date, at: dt.datetime) -> None:
    notify(
        template=template,
        params={"count": count},
        language=user.language,
        user=user,
        link=f"/finance/settlement/recon/?age={age}",
        dedupe_key=f"{template}:{date}:{user.pk}",
        at=at,
    )


def _content_type() -> int:
    return ContentType.objects.get_for_model(ReconItem).pk
