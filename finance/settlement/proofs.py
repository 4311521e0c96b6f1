"""What the auditor proves about days and statements, from the rows alone: its own SQL, no code of the services.

Rows are about payees' accounts: a finding stops the statements and payouts of that payee alone.
"""

from ledger.audit import Check, by_account

# Until the last settled day of its county every line that matured is counted on a day, and nothing else is.
_DAYS_ARE_THEIR_LINES = """
WITH settled AS (
    SELECT county_id, max(to_at) AS until FROM finance_dayclose
     WHERE status IN ('closed', 'held') GROUP BY county_id
), payee AS (
    SELECT account.id, account.code, account.kind, settled.until
      FROM finance_payeeaccount AS payee
      JOIN ledger_account AS account ON account.id = payee.account_id AND account.book_id = %(book)s
      JOIN settled ON settled.county_id = payee.county_id
     WHERE NOT EXISTS (SELECT FROM finance_dayclose AS going
                        WHERE going.county_id = payee.county_id AND going.status = 'closing')
), kept AS (
    SELECT coalesce(commission_line_id, payable_line_id) AS line_id, max(coalesce(released_at, 'infinity')) AS until
      FROM finance_linehold GROUP BY 1
), line AS (
    SELECT id, reverses_id, account_id, amount_minor, eligible_at FROM finance_commissionline
    UNION ALL
    SELECT id, reverses_id, account_id, amount_minor, eligible_at FROM finance_payableline
), matured AS (
    SELECT payee.id, sum(line.amount_minor)::bigint AS minor
      FROM payee JOIN line ON line.account_id = payee.id AND line.eligible_at <= payee.until
      LEFT JOIN kept ON kept.line_id = line.id
      LEFT JOIN kept AS kept_with ON kept_with.line_id = line.reverses_id
     WHERE coalesce(greatest(kept.until, kept_with.until) <= payee.until, true)
     GROUP BY payee.id
), counted AS (
    SELECT account_id, sum(matured_minor + reversed_minor)::bigint AS minor FROM finance_payeeday GROUP BY account_id
)
SELECT payee.code AS account, payee.kind, coalesce(matured.minor, 0) AS matured, coalesce(counted.minor, 0) AS counted
  FROM payee
  LEFT JOIN matured ON matured.id = payee.id
  LEFT JOIN counted ON counted.account_id = payee.id
 WHERE coalesce(matured.minor, 0) <> coalesce(counted.minor, 0)
 ORDER BY payee.id
"""

# A statement tells the days of its period, goes on from the one before, and leaves out none.
_STATEMENTS_FOLLOW = """
WITH chain AS (
    SELECT statement.*, account.code, account.kind, before.sha256 AS hash_before, before.period_to AS told_until,
           coalesce(before.carried_minor, 0) + coalesce(brought.minor, 0) AS left_before
      FROM finance_statement AS statement
      JOIN ledger_account AS account ON account.id = statement.account_id AND account.book_id = %(book)s
      LEFT JOIN LATERAL (
        SELECT sha256, carried_minor, period_to FROM finance_statement AS earlier
         WHERE earlier.account_id = statement.account_id AND earlier.period_from < statement.period_from
         ORDER BY period_from DESC LIMIT 1
      ) AS before ON true
      LEFT JOIN LATERAL (
        SELECT sum(payable_minor) AS minor FROM finance_statement AS unpaid
         WHERE unpaid.carried_into_id = statement.id
      ) AS brought ON true
     WHERE statement.status <> 'calculated'
), told AS (
    SELECT chain.id, sum(day.matured_minor) AS accrued, sum(day.reversed_minor) AS reversed
      FROM chain JOIN finance_payeeday AS day ON day.account_id = chain.account_id
       AND day.business_date > coalesce(chain.told_until, '-infinity') AND day.business_date <= chain.period_to
     GROUP BY chain.id
)
SELECT chain.code AS account, chain.kind, chain.period_from::text AS period_from
  FROM chain LEFT JOIN told ON told.id = chain.id
 WHERE chain.previous_sha256 <> coalesce(chain.hash_before, '') OR chain.opening_minor <> chain.left_before
    OR chain.accrued_minor <> coalesce(told.accrued, 0) OR chain.reversed_minor <> coalesce(told.reversed, 0)
 ORDER BY chain.account_id, chain.period_from
"""

# The rows behind the statements of the last forty days still make their hashes; older ones are checked on their pages.
_STATEMENTS_ARE_HASHED = """
WITH recent AS (
    SELECT statement.*, account.code, account.kind FROM finance_statement AS statement
      JOIN ledger_account AS account ON account.id = statement.account_id AND account.book_id = %(book)s
     WHERE statement.status <> 'calculated' AND statement.closed_at > %(at)s - interval '40 days'
), kept AS (
    SELECT coalesce(commission_line_id, payable_line_id) AS line_id, max(coalesce(released_at, 'infinity')) AS until
      FROM finance_linehold GROUP BY 1
), lines AS NOT MATERIALIZED (
    SELECT 2 AS section, 'commission' AS what, id, reverses_id, account_id, event_type, event_id, amount_minor,
           eligible_at AS at
      FROM finance_commissionline
    UNION ALL
    SELECT 3, 'payable', id, reverses_id, account_id, event_type, event_id, amount_minor, eligible_at
      FROM finance_payableline
), waits AS (
    SELECT lines.account_id, lines.event_type, lines.event_id, hold.held_at,
           coalesce(hold.released_at, 'infinity') AS until
      FROM finance_linehold AS hold
      JOIN lines ON lines.id = coalesce(hold.commission_line_id, hold.payable_line_id)
), line AS (
    SELECT section, what, id, account_id, event_type, event_id, amount_minor,
           greatest(at, kept.until, kept_with.until) AS at
      FROM lines
      LEFT JOIN kept ON kept.line_id = lines.id
      LEFT JOIN kept AS kept_with ON kept_with.line_id = lines.reverses_id
    UNION ALL
    SELECT 4, 'adjustment', adjustment.id, account_id, event_type, event_id, adjustment.amount_minor,
           greatest(adjustment.eligible_at, max(waits.until) FILTER (WHERE waits.held_at <= adjustment.eligible_at))
      FROM finance_adjustment AS adjustment
      LEFT JOIN waits USING (account_id, event_type, event_id)
     WHERE adjustment.status = 'approved'
     GROUP BY adjustment.id, account_id, event_type, event_id
), behind AS (
    SELECT recent.id AS statement_id, line.section, line.what, line.id, line.event_type, line.event_id,
           line.amount_minor, line.at
      FROM recent JOIN line ON line.account_id = recent.account_id
     WHERE line.at > coalesce(recent.from_at, '-infinity') AND line.at <= recent.to_at
), texts AS (
    SELECT statement_id, string_agg(
               ',["' || what || '","' || id || '",' || to_json(event_type)::text || ',' || to_json(event_id)::text
               || ',' || amount_minor || ',"'
               || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"]',
               '' ORDER BY section, at, id) AS rows
      FROM behind GROUP BY statement_id
)
SELECT recent.code AS account, recent.kind, recent.period_from::text AS period_from
  FROM recent LEFT JOIN texts ON texts.statement_id = recent.id
 WHERE recent.sha256 <> encode(sha256(convert_to(
           recent.previous_sha256 || E'\\n[["statement",' || to_json(recent.code)::text || ',"' || recent.currency
           || '","' || recent.period_from || '","' || recent.period_to || '",' || recent.opening_minor || ','
           || recent.accrued_minor || ',' || recent.reversed_minor || ',' || recent.adjusted_minor || ','
           || recent.disputes_held_minor || ',' || recent.tax_minor || ',' || recent.charges_minor || ','
           || recent.payable_minor || ',' || recent.carried_minor || ']' || coalesce(texts.rows, '') || ']',
           'UTF8')), 'hex')
 ORDER BY recent.account_id, recent.period_from
"""

CHECKS: list[Check] = [
    by_account("finance.days_are_their_lines", _DAYS_ARE_THEIR_LINES),
    by_account("finance.statements_follow", _STATEMENTS_FOLLOW),
    by_account("finance.statements_are_hashed", _STATEMENTS_ARE_HASHED),
]
