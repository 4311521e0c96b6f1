"""The rows behind a statement, and the hash over them that anybody can check.

The first row is the statement's own figures, then every line that matured in it and every correction, in the order of
instants and ids. Integers are minor units, instants UTC with microseconds; no name and no translated word, so that a
row never changes. The hash is SHA-256 over the hash before (hex; empty at the first statement of an account), one line
feed, and the JSON array of the rows without spaces, in UTF-8.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from finance.settlement.models import Statement
from finance.settlement.queries.corrections import ADJUSTMENTS

Row = list[int | str]

# Section 2 and 3: lines by their own instant, but those that a hold kept longer, on them or on the line that they
# correct; and those by the end of that hold.
_LINES = """
SELECT wanted.id AS statement_id, {section} AS section, '{kind}' AS kind, line.id, line.event_type, line.event_id,
       line.amount_minor, line.eligible_at AS at
  FROM wanted JOIN {table} AS line ON line.account_id = wanted.account_id
   AND line.eligible_at > coalesce(wanted.from_at, '-infinity') AND line.eligible_at <= wanted.to_at
 WHERE NOT EXISTS (SELECT FROM finance_linehold AS hold
                    WHERE hold.{column} = line.id
                      AND (hold.released_at IS NULL OR hold.released_at > line.eligible_at))
   AND NOT EXISTS (SELECT FROM finance_linehold AS hold
                    WHERE hold.{column} = line.reverses_id
                      AND (hold.released_at IS NULL OR hold.released_at > line.eligible_at))
UNION ALL
SELECT wanted.id, {section}, '{kind}', line.id, line.event_type, line.event_id, line.amount_minor, kept.until
  FROM (SELECT kept.line_id, max(kept.until) AS until FROM (
            SELECT line_id, until FROM {kind}_kept
            UNION ALL
            SELECT correction.id, until FROM {kind}_kept JOIN {table} AS correction ON correction.reverses_id = line_id
        ) AS kept GROUP BY kept.line_id) AS kept
  JOIN {table} AS line ON line.id = kept.line_id AND kept.until > line.eligible_at
  JOIN wanted ON wanted.account_id = line.account_id
   AND kept.until > coalesce(wanted.from_at, '-infinity') AND kept.until <= wanted.to_at
"""

_KEPT = """
{kind}_kept AS MATERIALIZED (
    SELECT {column} AS line_id, max(coalesce(released_at, 'infinity')) AS until FROM finance_linehold
     WHERE {column} IS NOT NULL
       AND (released_at IS NULL OR released_at > (SELECT min(coalesce(from_at, '-infinity')) FROM wanted))
     GROUP BY {column}
)"""

_ROWS = f"""
WITH wanted AS MATERIALIZED (
    SELECT id, account_id, from_at, to_at FROM finance_statement WHERE id = ANY(%(statements)s::uuid[])
), {_KEPT.format(kind="commission", column="commission_line_id")},
{_KEPT.format(kind="payable", column="payable_line_id")}, behind AS (
{_LINES.format(section=2, kind="commission", table="finance_commissionline", column="commission_line_id")}
UNION ALL
{_LINES.format(section=3, kind="payable", table="finance_payableline", column="payable_line_id")}
UNION ALL
SELECT wanted.id, 4, 'adjustment', adjustment.id, adjustment.event_type, adjustment.event_id, adjustment.amount_minor,
       adjustment.at
  FROM wanted JOIN ({ADJUSTMENTS}) AS adjustment ON adjustment.account_id = wanted.account_id
   AND adjustment.at > coalesce(wanted.from_at, '-infinity') AND adjustment.at <= wanted.to_at
)
"""  # noqa: S608 - names of our own tables, no value

_BEHIND = f"""{_ROWS}
SELECT kind, id, event_type, event_id, amount_minor, at FROM behind ORDER BY section, at, id
"""  # noqa: S608

# The same as JSON, hashed where the rows are: nothing of it passes through the worker's memory.
_HASHES = f"""{_ROWS}, texts AS (
    SELECT statement.id AS statement_id, 1 AS section, NULL::timestamptz AS at, NULL::uuid AS id,
           '["statement",' || to_json(account.code)::text || ',"' || statement.currency || '","' || period_from || '","'
           || period_to || '",' || opening_minor || ',' || accrued_minor || ',' || reversed_minor || ','
           || adjusted_minor || ',' || disputes_held_minor || ',' || tax_minor || ',' || charges_minor || ','
           || payable_minor || ',' || carried_minor || ']' AS text
      FROM finance_statement AS statement JOIN ledger_account AS account ON account.id = statement.account_id
     WHERE statement.id = ANY(%(statements)s::uuid[])
    UNION ALL
    SELECT statement_id, section, at, id,
           '["' || kind || '","' || id || '",' || to_json(event_type)::text || ',' || to_json(event_id)::text || ','
           || amount_minor || ',"' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"]'
      FROM behind
)
SELECT texts.statement_id,
       encode(sha256(convert_to(statement.previous_sha256 || E'\\n['
           || string_agg(texts.text, ',' ORDER BY section, at NULLS FIRST, texts.id) || ']', 'UTF8')), 'hex')
  FROM texts JOIN finance_statement AS statement ON statement.id = texts.statement_id
 GROUP BY texts.statement_id, statement.previous_sha256
"""  # noqa: S608


def rows_of(statement: Statement) -> list[Row]:
    """The rows under a statement's hash, in their order."""
    behind: list[Row] = [
        [kind, str(pk), event_type, event_id, minor, f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"]
        for kind, pk, event_type, event_id, minor, at in lines_behind(statement)
    ]
    return [_own_row(statement), *behind]


def lines_behind(statement: Statement) -> list[tuple[str, UUID, str, str, int, dt.datetime]]:
    """What the statement is made of: kind, id, event, minor units, and the instant at which it counted."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"statements": [str(statement.pk)]})
        return cursor.fetchall()


def hash_of(previous: str, rows: Iterable[Row]) -> str:
    """The hash as anybody computes it from a statement's document."""
    return hashlib.sha256(f"{previous}\n".encode() + orjson.dumps(list(rows))).hexdigest()


def hashes_of(statements: list[UUID]) -> dict[UUID, str]:
    """The hashes of many statements at once, made where the rows are."""
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, {"statements": [str(pk) for pk in statements]})
        return dict(cursor.fetchall())


def is_as_hashed(statement: Statement) -> bool:
    """Whether the rows behind a closed statement still make its hash."""
    return hash_of(statement.previous_sha256, rows_of(statement)) == statement.sha256


def document_of(statement: Statement) -> dict[str, Any]:
    """A closed statement as a JSON-ready document with everything needed to check its hash."""
    return {
        "id": str(statement.pk),
        "account": statement.account.code,
        "currency": statement.currency,
        "period_from": statement.period_from.isoformat(),
        "period_to": statement.period_to.isoformat(),
        "previous_sha256": statement.previous_sha256,
        "sha256": statement.sha256,
        "rows": rows_of(statement),
    }


def _own_row(statement: Statement) -> Row:
    return [
        "statement",
        statement.account.code,
        statement.currency,
        statement.period_from.isoformat(),
        statement.period_to.isoformat(),
        statement.opening_minor,
        statement.accrued_minor,
        statement.reversed_minor,
        statement.adjusted_minor,
        statement.disputes_held_minor,
        statement.tax_minor,
        statement.charges_minor,
        statement.payable_minor,
        statement.carried_minor,
    ]
