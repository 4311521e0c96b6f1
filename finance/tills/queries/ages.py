"""How old the cash in drawers is: first in, first out."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.countries import country_of, known_countries, usual_in
from core.money import BASIS_POINTS, Money
from core.web.ranges import holds_on
from finance.floats.models import StationMoney
from finance.tills.models import CashThreshold
from stations.network.models import Station

#: So many of a drawer's newest inflows are looked at; whatever is older is as old as the last of them.
LOOKED_AT = 3_000

# Newest inflows first: the one with which their sum reaches what is held brought the oldest note that is still there.
_OLDEST = """
SELECT DISTINCT ON (held.station) held.station, held.minor, transfer.business_date
  FROM (SELECT station.id AS station, account.id, account.debits_posted - account.credits_posted AS minor
          FROM stations_station AS station
          JOIN ledger_account AS account ON account.code = 'till:' || station.code
           AND account.currency = station.currency AND account.closed_at IS NULL
         WHERE station.id = ANY(%(stations)s)) AS held
 CROSS JOIN LATERAL (
    SELECT newest.transfer_id, newest.version, sum(newest.posted_delta) OVER (ORDER BY newest.version DESC) AS reached,
           row_number() OVER (ORDER BY newest.version) AS from_oldest
      FROM (SELECT transfer_id, version, posted_delta FROM ledger_entry
             WHERE account_id = held.id AND side = 'debit' AND posted_delta > 0
             ORDER BY version DESC LIMIT %(looked_at)s) AS newest) AS inflow
  JOIN ledger_transferkey AS key ON key.id = inflow.transfer_id
  JOIN ledger_transfer AS transfer ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at
 WHERE held.minor > 0 AND (inflow.reached >= held.minor OR inflow.from_oldest = 1)
 ORDER BY held.station, inflow.version DESC
"""


@dataclass(frozen=True, slots=True)
class CashAge:
    """One drawer: what it holds, of which date its oldest notes are, and how full it is in basis points."""

    station: Station
    held: Money
    oldest_date: dt.date
    ceiling: Money

    @property
    def full_bp(self) -> int:
        """How much of the ceiling is reached."""
        return self.held.minor * BASIS_POINTS // self.ceiling.minor


def cash_ages(stations: Iterable[Any], *, on: dt.date) -> list[CashAge]:
    """The drawers of these stations, the oldest cash first; an empty one has cash of this date."""
    by_id = {station.pk: station for station in stations}
    ceilings = ceilings_of(by_id, on=on)
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, {"stations": list(by_id), "looked_at": LOOKED_AT})
        oldest = {station: (minor, date) for station, minor, date in cursor.fetchall()}
    ages = []
    for pk, station in by_id.items():
        minor, date = oldest.get(pk, (0, on))
        ages.append(CashAge(station, Money(int(minor), station.currency), date, ceilings[pk]))
    return sorted(ages, key=lambda age: (age.oldest_date, -age.held.minor, age.station.code))


def oldest_cash_date(station: Station) -> dt.date | None:
    """Of which date the oldest notes of a drawer are; None where it is empty."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, {"stations": [station.pk], "looked_at": LOOKED_AT})
        found = cursor.fetchone()
    return found[2] if found else None


def ceilings_of(stations: dict[int, Any], *, on: dt.date) -> dict[int, Money]:
    """The most that each of these drawers may hold on a date."""
    rules = StationMoney.objects.filter(station__in=stations).on(on).values_list("station", "ceiling_minor")
    minors = dict(rules)
    return {
        pk: Money(minors[pk], station.currency)
        if pk in minors
        else usual_in(station.county.country, station.currency).limits.ceiling
        for pk, station in stations.items()
    }


def threshold_on(country: str, currency: str, date: dt.date) -> Money | None:
    """From how much cash of one person in a day a report is due; None where no law asks for one."""
    row = CashThreshold.objects.filter(holds_on(date), country=country, currency=currency).first()
    if row is not None:
        return Money(row.threshold_minor, row.currency)
    usual = country_of(country) if country in known_countries() else None
    return usual.cash_threshold if usual and usual.currency == currency else None
