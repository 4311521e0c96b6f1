"""Which accounts of a county are due for a statement, and the figures it is made of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from finance.settlement.models import DayClose, StatementTerms, TaxRule
from finance.settlement.periods import period_of
from finance.settlement.queries.corrections import ADJUSTMENTS
from stations.places.models import Division

# Accounts on which something stands that no statement has told yet, and the day from which; those whose last
# statement waits to be closed wait with it.
_UNTOLD = f"""
SELECT payee.account_id, payee.kind, account.currency, least(
           untold.first_date, (moved.first_at AT TIME ZONE %(zone)s)::date,
           CASE WHEN brought.id IS NOT NULL THEN %(upto)s::date END) AS first_date,
       last.period_to
  FROM finance_payeeaccount AS payee
  JOIN ledger_account AS account ON account.id = payee.account_id
  LEFT JOIN LATERAL (
    SELECT period_to, to_at, status FROM finance_statement AS statement
     WHERE statement.account_id = payee.account_id ORDER BY period_from DESC LIMIT 1
  ) AS last ON true
  LEFT JOIN LATERAL (
    SELECT min(business_date) AS first_date FROM finance_payeeday AS day
     WHERE day.account_id = payee.account_id AND day.business_date > coalesce(last.period_to, '-infinity')
       AND day.business_date <= %(upto)s
  ) AS untold ON true
  LEFT JOIN LATERAL (
    SELECT min(first_at) AS first_at FROM (
        SELECT min(adjustment.at) AS first_at FROM ({ADJUSTMENTS}) AS adjustment
         WHERE adjustment.account_id = payee.account_id
           AND adjustment.at > coalesce(last.to_at, '-infinity') AND adjustment.at <= %(until)s
        UNION ALL
        SELECT min(posted_at) FROM finance_overshortmove AS move
         WHERE move.account_id = payee.account_id AND move.kind IN ('charged', 'charge_reversed')
           AND posted_at > coalesce(last.to_at, '-infinity') AND posted_at <= %(until)s) AS either
  ) AS moved ON true
  LEFT JOIN LATERAL (
    SELECT statement.id FROM finance_statement AS statement
     WHERE statement.account_id = payee.account_id AND statement.status = 'carried'
       AND statement.payable_minor > 0 AND statement.carried_into_id IS NULL LIMIT 1
  ) AS brought ON true
 WHERE payee.county_id = %(county)s AND last.status IS DISTINCT FROM 'calculated'
   AND (untold.first_date IS NOT NULL OR moved.first_at IS NOT NULL OR brought.id IS NOT NULL)
 ORDER BY payee.account_id
"""  # noqa: S608 - text of our own, no value

_FIGURES = f"""
SELECT payee.account_id, payee.payee, payee.kind, account.currency, account.holder, last.id, last.period_to,
       last.to_at, last.sha256, coalesce(last.carried_minor, 0) + coalesce(brought.minor, 0),
       brought.ids, coalesce(days.matured, 0)::bigint, coalesce(days.reversed, 0)::bigint,
       coalesce(adjusted.minor, 0)::bigint, coalesce(told.charges, 0)::bigint,
       coalesce(month.gross, 0)::bigint, coalesce(month.tax, 0)::bigint
  FROM finance_payeeaccount AS payee
  JOIN ledger_account AS account ON account.id = payee.account_id
  LEFT JOIN LATERAL (
    SELECT id, period_to, to_at, sha256, carried_minor FROM finance_statement AS statement
     WHERE statement.account_id = payee.account_id ORDER BY period_from DESC LIMIT 1
  ) AS last ON true
  LEFT JOIN LATERAL (
    SELECT sum(payable_minor)::bigint AS minor, array_agg(id) AS ids FROM finance_statement AS statement
     WHERE statement.account_id = payee.account_id AND status = 'carried' AND payable_minor > 0
       AND carried_into_id IS NULL
  ) AS brought ON true
  LEFT JOIN LATERAL (
    SELECT sum(matured_minor) AS matured, sum(reversed_minor) AS reversed
      FROM finance_payeeday AS day
     WHERE day.account_id = payee.account_id AND day.business_date > coalesce(last.period_to, '-infinity')
       AND day.business_date <= %(period_to)s
  ) AS days ON true
  LEFT JOIN LATERAL (
    SELECT sum(adjustment.amount_minor) AS minor FROM ({ADJUSTMENTS}) AS adjustment
     WHERE adjustment.account_id = payee.account_id
       AND adjustment.at > coalesce(last.to_at, '-infinity') AND adjustment.at <= %(to_at)s
  ) AS adjusted ON true
  LEFT JOIN LATERAL (
    SELECT sum(charges_minor) AS charges FROM finance_statement AS statement
     WHERE statement.account_id = payee.account_id
  ) AS told ON true
  LEFT JOIN LATERAL (
    SELECT sum(accrued_minor + reversed_minor + adjusted_minor) AS gross, sum(tax_minor) AS tax
      FROM finance_statement AS statement
     WHERE statement.account_id = payee.account_id
       AND date_trunc('month', period_to) = date_trunc('month', %(period_to)s::date)
  ) AS month ON true
 WHERE payee.account_id = ANY(%(accounts)s) AND payee.county_id = %(county)s
 ORDER BY payee.account_id
"""  # noqa: S608 - text of our own, no value


@dataclass(frozen=True, slots=True)
class Due:
    """One account and the period for which it needs a statement."""

    account_id: int
    terms: StatementTerms
    period_from: dt.date
    period_to: dt.date


@dataclass(frozen=True, slots=True)
class Figures:
    """What a statement is made of, minor units; of the account's last statement what the next one goes on from."""

    account_id: int
    payee: str
    kind: str
    currency: str
    holder: Any
    last_id: Any
    last_period_to: dt.date | None
    last_to_at: dt.datetime | None
    last_sha256: str | None
    opening: int
    brought: list[Any] | None
    accrued: int
    reversed: int
    adjusted: int
    charges_told: int
    month_gross: int
    month_tax: int


class Rules:
    """The dated terms and tax rules of one country, read once."""

    def __init__(self, country: str) -> None:
        self._terms = _by_payee(StatementTerms.objects.filter(country=country))
        self._taxes = _by_payee(TaxRule.objects.filter(country=country))

    def terms(self, kind: str, currency: str, on: dt.date) -> StatementTerms | None:
        """The period and the least amount that is paid; None where nobody has set them, and nothing is paid."""
        return _on(self._terms[kind, currency], on)

    def tax(self, kind: str, currency: str, on: dt.date) -> TaxRule | None:
        """The rule of a date, None where nothing is withheld."""
        return _on(self._taxes[kind, currency], on)


def due_for_statements(county: Division, *, upto: DayClose, zone: str, rules: Rules) -> list[Due]:
    """The accounts whose untold period has ended on this day or before, in the order of their ids.

    A period is told when every day of it is settled: none while an earlier day of the county is held.
    """
    settled_until = _last_settled(county, upto)
    due = []
    for account_id, kind, currency, first, last_told in _unreported(county, upto, zone):
        first = max(first, last_told + dt.timedelta(days=1)) if last_told else first
        terms = rules.terms(kind, currency, first)
        if terms is None:
            continue  # `manage.py check` names the country whose reference data is missing
        start, end = period_of(terms.period, first)
        start = max(start, last_told + dt.timedelta(days=1)) if last_told else start
        if end <= settled_until:
            due.append(Due(account_id, terms, start, end))
    return due


def figures_of(county: Division, accounts: list[int], *, period_to: dt.date, to_at: dt.datetime) -> list[Figures]:
    """What stands on these accounts until the end of a period and is not told yet."""
    wanted: dict[str, Any] = {"county": county.pk, "accounts": accounts, "period_to": period_to, "to_at": to_at}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, wanted)
        return [Figures(*row) for row in cursor.fetchall()]


def _unreported(county: Division, upto: DayClose, zone: str) -> list[tuple]:
    wanted: dict[str, Any] = {"county": county.pk, "upto": upto.business_date, "until": upto.to_at, "zone": zone}
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, wanted)
        return cursor.fetchall()


def _last_settled(county: Division, upto: DayClose) -> dt.date:
    """This day, or the one before the first that is not closed."""
    unfinished = DayClose.objects.filter(county=county, business_date__lt=upto.business_date).unclosed()
    first = unfinished.order_by("business_date").values_list("business_date", flat=True).first()
    return first - dt.timedelta(days=1) if first else upto.business_date


def _by_payee(rows: Iterable[Any]) -> dict[tuple[str, str], list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row.payee_kind, row.currency].append(row)
    return found


def _on(rows: list[Any], date: dt.date) -> Any | None:
    return next((row for row in rows if row.from_date <= date and (row.to_date is None or date < row.to_date)), None)
