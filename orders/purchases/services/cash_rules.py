"""Cash on delivery: who may order so much before paying, with which deposit."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.prepared_statements import fetch_prepared, fetch_prepared_after
from core.days import day_in
from core.errors import Refused, refuses
from core.money import Money, share, zero
from core.web.ranges import holds_on
from orders.purchases.models import CodPolicy, CodStanding, Order
from stations.network.models import Station
from stations.people.models import Person

#: So many parcels paid and taken lift one point.
TAKEN_PER_POINT = 5


class CodAboveCeiling(Refused):
    """One order, or all that a buyer has not paid yet, would be more than the county allows."""

    code = "cod_above_ceiling"
    message = _("At most %(most)s can be ordered cash on delivery now. Ask for payment in advance.")


class CodPrepayOnly(Refused):
    """Too many parcels were not taken."""

    code = "cod_prepay_only"
    message = _("This buyer did not take %(points)s parcels. This order has to be paid in advance.")


class CodNotOffered(Refused):
    """Nobody has set rules for cash on delivery in this county and currency."""

    code = "cod_not_offered"
    message = _("Cash on delivery is not offered here. Ask for payment in advance.")


class Record(NamedTuple):
    """What a buyer owes on delivery, and how often parcels were not taken, or paid and taken, of late."""

    owed_minor: int
    owes_in_other_currency: bool
    missed: int
    taken: int

    @property
    def points(self) -> int:
        """Parcels not taken, less one point for every five that were paid and taken; at least 0."""
        return max(self.missed - self.taken // TAKEN_PER_POINT, 0)


def policy_at(station: Station, at: dt.datetime) -> CodPolicy | None:
    """The rules of the station's county, else those of every county with its currency."""
    return _policies.first(day_in(station.zone, at), station.county_id, station.currency)


@compiled_query
def _policies(day: Any, county: Any, currency: Any) -> QuerySet[CodPolicy]:
    rows = CodPolicy.objects.filter(Q(division=county) | Q(division=None), holds_on(day), currency=currency)
    return rows.order_by(F("division").asc(nulls_last=True))


def record_of(villager: Person, currency: str, *, days: int, at: dt.datetime) -> Record:
    """What a buyer owes now in a currency, and what became of parcels in the last so many days; one statement.

    Debts and parcels are those of the person, under whichever record; what the county has waived does not count.
    """
    about = {"villager": villager.pk, "currency": currency, "since": at - dt.timedelta(days=days), "at": at}
    return Record(*fetch_prepared(_RECORD, about)[0])


_RECORD = """
WITH records AS (
    SELECT records_of_person(standing_record(%(villager)s::uuid)) AS id
), standing AS (
    SELECT outstanding_minor, currency FROM orders_codstanding
     WHERE villager_id IN (SELECT id FROM records) AND outstanding_minor > 0
)
SELECT (SELECT coalesce(sum(outstanding_minor), 0)::bigint FROM standing WHERE currency = %(currency)s::text),
       EXISTS (SELECT FROM standing WHERE currency <> %(currency)s::text),
       (SELECT coalesce(sum(refusal.points), 0) FROM orders_codrefusal AS refusal
         WHERE refusal.villager_id IN (SELECT id FROM records)
           AND refusal.at > %(since)s AND refusal.at <= %(at)s
           AND NOT EXISTS (SELECT FROM orders_codwaiver AS waiver WHERE waiver.refusal_id = refusal.id)),
       (SELECT count(*) FROM orders_fulfilment AS part JOIN orders_order AS bought ON bought.id = part.order_id
         WHERE bought.villager_id IN (SELECT id FROM records) AND part.status = 'delivered' AND part.cash_due_minor > 0
           AND part.delivered_at > %(since)s)
"""


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
    record = record_of(villager, order.currency, days=policy.window_days, at=at)
    _refuse_above(order, policy, record)
    points = record.points
    if points >= policy.prepay_from_points:
        raise CodPrepayOnly(field="pay_method", points=points)
    if points < policy.deposit_from_points:
        return zero(order.currency)
    return Money(share(order.total_minor, policy.deposit_bp, rounding="half_up"), order.currency)


@refuses(CodNotOffered, CodAboveCeiling)
def raise_outstanding(order: Order, *, at: dt.datetime) -> None:
    """Count what the buyer will owe on delivery, with what other records of the same person owe.

    The record that stands is held, so that of two orders at once, under whichever record, one counts the other. Each
    record keeps its own sum: whoever undoes a merge parts the debts again.
    """
    if order.villager is None or not order.is_cod:
        return
    policy = policy_at(order.station, at)
    if policy is None:
        raise CodNotOffered(field="pay_method")
    about = {
        "villager": order.villager_id,
        "currency": order.currency,
        "amount": order.due.minor,
        "ceiling": policy.villager_ceiling_minor,
    }
    if not fetch_prepared_after(_HOLD, _RAISE, about):
        _refuse_above(order, policy, record_of(order.villager, order.currency, days=policy.window_days, at=at))
        raise CodAboveCeiling(field="pay_method", most=zero(order.currency).display())


_HOLD = "SELECT FROM stations_person WHERE id = standing_record(%(villager)s::uuid) FOR NO KEY UPDATE"

# Who owes nothing begins anew, in the currency and under the ceiling of this order.
_RAISE = """
WITH others AS (
    SELECT coalesce(sum(outstanding_minor), 0)::bigint AS minor,
           coalesce(bool_or(currency <> %(currency)s::text), false) AS in_other_currency
      FROM orders_codstanding
     WHERE villager_id IN (SELECT records_of_person(standing_record(%(villager)s::uuid)))
       AND villager_id <> %(villager)s::uuid AND outstanding_minor > 0
)
INSERT INTO orders_codstanding AS own (created_at, updated_at, villager_id, currency, outstanding_minor, ceiling_minor)
SELECT now(), now(), %(villager)s::uuid, %(currency)s::text, %(amount)s::bigint, %(ceiling)s::bigint
  FROM others WHERE NOT in_other_currency AND minor + %(amount)s::bigint <= %(ceiling)s::bigint
    ON CONFLICT (villager_id) DO UPDATE
   SET currency = EXCLUDED.currency, outstanding_minor = own.outstanding_minor + EXCLUDED.outstanding_minor,
       ceiling_minor = EXCLUDED.ceiling_minor, updated_at = EXCLUDED.updated_at
 WHERE (own.currency = EXCLUDED.currency OR own.outstanding_minor = 0)
   AND own.outstanding_minor + EXCLUDED.outstanding_minor + (SELECT minor FROM others) <= EXCLUDED.ceiling_minor
RETURNING 1
"""


def lower_outstanding(order: Order, amount: Money) -> None:
    """What was paid or cancelled is not owed on delivery any more."""
    if order.villager is not None and order.is_cod and amount:
        _own(order).update(outstanding_minor=Greatest(F("outstanding_minor") - amount.minor, 0))


def raise_again(order: Order, amount: Money) -> None:
    """What was paid was taken back: it is owed on delivery after all, whatever the ceiling is."""
    if order.villager is not None and order.is_cod and amount:
        owed = F("outstanding_minor") + amount.minor
        _own(order).update(outstanding_minor=owed, ceiling_minor=Greatest("ceiling_minor", owed))


def _own(order: Order) -> QuerySet[CodStanding]:
    """What its buyer owes in its currency; who owes in another since then is counted there alone."""
    return CodStanding.objects.filter(villager=order.villager, currency=order.currency)


def _refuse_above(order: Order, policy: CodPolicy, record: Record) -> None:
    left = 0 if record.owes_in_other_currency else max(policy.villager_ceiling_minor - record.owed_minor, 0)
    if order.total_minor > left:
        raise CodAboveCeiling(field="pay_method", most=Money(left, order.currency).display())
