"""What the auditor proves about the ledger, from all of its rows."""

from ledger.audit import recent
from ledger.audit.checks import Check, by_account, in_book

# L4: per currency as many debits as credits, queued entries included.
_SIDES_BALANCE = """
WITH sums AS (
    SELECT currency, debits_posted, credits_posted, debits_pending, credits_pending
      FROM ledger_account WHERE book_id = %(book)s
    UNION ALL
    SELECT account.currency,
           CASE queue.side WHEN 'debit' THEN posted_delta ELSE 0 END,
           CASE queue.side WHEN 'credit' THEN posted_delta ELSE 0 END,
           CASE queue.side WHEN 'debit' THEN pending_delta ELSE 0 END,
           CASE queue.side WHEN 'credit' THEN pending_delta ELSE 0 END
      FROM ledger_queuedentry AS queue JOIN ledger_account AS account ON account.id = queue.account_id
     WHERE account.book_id = %(book)s
)
SELECT currency, sum(debits_posted)::bigint AS debits_posted, sum(credits_posted)::bigint AS credits_posted,
       sum(debits_pending)::bigint AS debits_pending, sum(credits_pending)::bigint AS credits_pending
  FROM sums GROUP BY currency
HAVING sum(debits_posted) <> sum(credits_posted) OR sum(debits_pending) <> sum(credits_pending)
"""

# L5: what is stored, with what waits in the queue, is the replay of all transfers.
_BALANCES_REPLAY = """
WITH moved AS (
    SELECT transfer.debit_id, transfer.credit_id,
           CASE WHEN transfer.kind IN ('posted', 'post') THEN transfer.amount ELSE 0 END AS posted,
           CASE transfer.kind WHEN 'posted' THEN 0 WHEN 'pending' THEN transfer.amount ELSE -held.amount END AS pending
      FROM ledger_transfer AS transfer
      LEFT JOIN ledger_transfer AS held ON held.id = transfer.pending_id
     WHERE transfer.book_id = %(book)s
), sides AS (
    SELECT debit_id AS account_id, posted AS dp, 0 AS cp, pending AS dh, 0 AS ch FROM moved
    UNION ALL
    SELECT credit_id, 0, posted, 0, pending FROM moved
), replayed AS (
    SELECT account_id, sum(dp)::bigint AS dp, sum(cp)::bigint AS cp, sum(dh)::bigint AS dh, sum(ch)::bigint AS ch
      FROM sides GROUP BY account_id
), queued AS (
    SELECT account_id,
           sum(CASE side WHEN 'debit' THEN posted_delta ELSE 0 END) AS dp,
           sum(CASE side WHEN 'credit' THEN posted_delta ELSE 0 END) AS cp,
           sum(CASE side WHEN 'debit' THEN pending_delta ELSE 0 END) AS dh,
           sum(CASE side WHEN 'credit' THEN pending_delta ELSE 0 END) AS ch
      FROM ledger_queuedentry GROUP BY account_id
), stored AS (
    SELECT account.id, account.code, account.kind, account.currency,
           (debits_posted + coalesce(dp, 0))::bigint AS dp, (credits_posted + coalesce(cp, 0))::bigint AS cp,
           (debits_pending + coalesce(dh, 0))::bigint AS dh, (credits_pending + coalesce(ch, 0))::bigint AS ch
      FROM ledger_account AS account LEFT JOIN queued ON queued.account_id = account.id
     WHERE account.book_id = %(book)s
)
SELECT stored.code AS account, stored.kind, stored.currency,
       ARRAY[stored.dp, stored.cp, stored.dh, stored.ch] AS stored,
       ARRAY[coalesce(replayed.dp, 0), coalesce(replayed.cp, 0), coalesce(replayed.dh, 0), coalesce(replayed.ch, 0)]
       AS replayed
  FROM stored LEFT JOIN replayed ON replayed.account_id = stored.id
 WHERE (stored.dp, stored.cp, stored.dh, stored.ch)
       <> (coalesce(replayed.dp, 0), coalesce(replayed.cp, 0), coalesce(replayed.dh, 0), coalesce(replayed.ch, 0))
 ORDER BY stored.id
"""

# L13: versions 1 to n without a gap, each balance the one before plus its entry, times never backwards.
_ENTRIES_RUN = """
WITH run AS (
    SELECT entry.account_id, entry.version,
           entry.version - lag(entry.version, 1, 0::bigint) OVER upto AS step,
           entry.posted_after - lag(entry.posted_after, 1, 0::bigint) OVER upto AS posted_step,
           CASE WHEN entry.side = account.normal_side THEN entry.posted_delta ELSE -entry.posted_delta END AS posted,
           entry.pending_after - lag(entry.pending_after, 1, 0::bigint) OVER upto AS pending_step,
           CASE WHEN entry.side = account.normal_side THEN 0 ELSE entry.pending_delta END AS pending,
           entry.entered_at < lag(entry.entered_at) OVER upto AS is_backwards
      FROM ledger_entry AS entry JOIN ledger_account AS account ON account.id = entry.account_id
     WHERE account.book_id = %(book)s
    WINDOW upto AS (PARTITION BY entry.account_id ORDER BY entry.version)
), breaks AS (
    SELECT account_id, version FROM run
     WHERE step <> 1 OR posted_step <> posted OR pending_step <> pending OR is_backwards
    UNION ALL
    SELECT account.id, account.version FROM ledger_account AS account
     WHERE account.book_id = %(book)s AND account.version
           <> (SELECT coalesce(max(version), 0) FROM ledger_entry WHERE account_id = account.id)
)
SELECT account.code AS account, account.kind, breaks.version
  FROM breaks JOIN ledger_account AS account ON account.id = breaks.account_id
 ORDER BY account.id, breaks.version
"""

# L9, L11: every transfer has its key, every key its transfer, and they say the same.
_KEYS_MATCH = """
SELECT coalesce(key.id, transfer.id)::text AS transfer
  FROM ledger_transfer AS transfer
  FULL JOIN ledger_transferkey AS key ON key.id = transfer.id AND key.recorded_at = transfer.recorded_at
 WHERE coalesce(transfer.book_id, %(book)s) = %(book)s
   AND (transfer.id IS NULL OR key.id IS NULL
        OR (key.event_type, key.event_id, key.leg_no, key.fingerprint)
           <> (transfer.event_type, transfer.event_id, transfer.leg_no, transfer.fingerprint)
        OR key.pending_id IS DISTINCT FROM transfer.pending_id
        OR key.reversal_of IS DISTINCT FROM transfer.reversal_of)
 ORDER BY 1
"""

# Every transfer stands exactly once on each of its two accounts, as an entry or in the queue.
_TWO_SIDES = """
WITH sides AS (
    SELECT transfer_id, account_id, side FROM ledger_entry
    UNION ALL
    SELECT transfer_id, account_id, side FROM ledger_queuedentry
), counted AS (
    SELECT transfer_id, count(*) AS sides,
           max(account_id) FILTER (WHERE side = 'debit') AS debit_id,
           max(account_id) FILTER (WHERE side = 'credit') AS credit_id
      FROM sides GROUP BY transfer_id
)
SELECT transfer.id::text AS transfer, coalesce(counted.sides, 0) AS sides
  FROM ledger_transfer AS transfer LEFT JOIN counted ON counted.transfer_id = transfer.id
 WHERE transfer.book_id = %(book)s
   AND (counted.sides IS DISTINCT FROM 2 OR counted.debit_id IS DISTINCT FROM transfer.debit_id
        OR counted.credit_id IS DISTINCT FROM transfer.credit_id)
 ORDER BY 1
"""

# L8: what the counters say was given back is the sum of the transfers that did.
_REFUNDS_COUNTED = """
WITH given AS (
    SELECT back.refund_of AS transfer_id,
           sum(CASE WHEN back.debit_id = original.credit_id THEN back.amount ELSE -back.amount END) AS refunded,
           false AS is_reversed
      FROM ledger_transfer AS back JOIN ledger_transfer AS original ON original.id = back.refund_of
     WHERE back.book_id = %(book)s GROUP BY back.refund_of
    UNION ALL
    SELECT reversal_of, amount, true FROM ledger_transfer WHERE reversal_of IS NOT NULL AND book_id = %(book)s
)
SELECT coalesce(given.transfer_id, counter.transfer_id)::text AS transfer, given.refunded::bigint AS given_back,
       counter.refunded_minor AS counted
  FROM given FULL JOIN ledger_refundcounter AS counter USING (transfer_id)
 WHERE (given.refunded IS DISTINCT FROM counter.refunded_minor OR given.is_reversed <> counter.is_reversed)
   AND EXISTS (SELECT FROM ledger_transfer AS known
                WHERE known.id = coalesce(given.transfer_id, counter.transfer_id) AND known.book_id = %(book)s)
 ORDER BY 1
"""

# L7: no hold outlives its end.
_HOLDS_EXPIRE = """
SELECT account.code AS account, account.kind, hold.id::text AS transfer
  FROM ledger_transfer AS hold JOIN ledger_account AS account ON account.id = hold.debit_id
 WHERE hold.book_id = %(book)s AND hold.kind = 'pending' AND hold.expires_at < %(at)s - interval '5 minutes'
   AND NOT EXISTS (SELECT FROM ledger_transferkey AS key WHERE key.pending_id = hold.id)
 ORDER BY hold.id
"""

# Closed statements still have the hash of their rows, and form one chain from version 1 on.
_STATEMENTS_CHAIN = """
WITH chain AS (
    SELECT statement.*, account.code, account.kind,
           lag(statement.sha256, 1, '') OVER upto AS hash_before,
           lag(statement.to_version, 1, 0::bigint) OVER upto AS version_before,
           lag(statement.closing, 1, 0::bigint) OVER upto AS closing_before
      FROM ledger_accountstatement AS statement JOIN ledger_account AS account ON account.id = statement.account_id
     WHERE account.book_id = %(book)s
    WINDOW upto AS (PARTITION BY statement.account_id ORDER BY statement.from_version)
), hashed AS (
    SELECT chain.*, (
        SELECT encode(sha256(convert_to(chain.previous_sha256 || E'\\n[' || string_agg(
            '[' || version || ',"' || transfer_id || '","' || side || '",' || posted_delta || ',' || pending_delta
            || ',' || posted_after || ',' || pending_after || ',"'
            || to_char(entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"]',
            ',' ORDER BY version) || ']', 'UTF8')), 'hex')
          FROM ledger_entry AS entry
         WHERE entry.account_id = chain.account_id AND version BETWEEN chain.from_version AND chain.to_version
    ) AS hash_now
      FROM chain
)
SELECT code AS account, kind, to_char(month, 'YYYY-MM') AS month FROM hashed
 WHERE hash_now IS DISTINCT FROM sha256 OR previous_sha256 <> hash_before OR from_version <> version_before + 1
    OR opening <> closing_before
 ORDER BY account_id, from_version
"""

# L1: the triggers that hold all this stand and are switched on, on every partition too.
_GUARDS_STAND = """
WITH wanted (relation, name) AS (
    VALUES ('ledger_transfer', 'apply_transfers'), ('ledger_transfer', 'refuse_update_delete'),
           ('ledger_transfer', 'refuse_truncate'),
           ('ledger_transferkey', 'refuse_update_delete'), ('ledger_transferkey', 'refuse_truncate'),
           ('ledger_transferkey', 'refuse_direct_insert'),
           ('ledger_entry', 'refuse_update_delete'), ('ledger_entry', 'refuse_truncate'),
           ('ledger_entry', 'refuse_direct_insert'),
           ('ledger_queuedentry', 'refuse_direct_insert'), ('ledger_queuedentry', 'refuse_update'),
           ('ledger_queuedentry', 'refuse_delete'), ('ledger_queuedentry', 'refuse_truncate'),
           ('ledger_refundcounter', 'refuse_change'), ('ledger_refundcounter', 'refuse_delete'),
           ('ledger_accountstatement', 'refuse_update_delete'), ('ledger_accountstatement', 'refuse_truncate'),
           ('ledger_montharchive', 'refuse_update_delete'), ('ledger_montharchive', 'refuse_truncate'),
           ('ledger_account', 'refuse_delete'), ('ledger_account', 'refuse_change_of_nature'),
           ('ledger_account', 'refuse_a_balance_from_nowhere'), ('ledger_account', 'check_closing'),
           ('ledger_book', 'refuse_delete'), ('ledger_book', 'check_book')
    UNION ALL
    SELECT tree.relid::regclass::text, guard.name
      FROM pg_partition_tree('ledger_transfer') AS tree,
           unnest(ARRAY['refuse_direct_insert', 'refuse_truncate', 'refuse_update_delete']) AS guard (name)
     WHERE tree.isleaf
)
SELECT wanted.relation, wanted.name AS trigger FROM wanted
  LEFT JOIN pg_trigger AS standing
    ON standing.tgrelid = to_regclass(wanted.relation) AND standing.tgname = wanted.name
       AND standing.tgenabled IN ('O', 'A')
 WHERE standing.oid IS NULL
 ORDER BY 1, 2
"""

# Months follow each other without a gap, two of them still ahead.
_MONTHS_STAND = """
WITH made AS (
    SELECT to_date(right(relid::regclass::text, 7), 'YYYY_MM') AS month
      FROM pg_partition_tree('ledger_transfer') WHERE isleaf
)
SELECT to_char(month, 'YYYY-MM') AS month
  FROM generate_series((SELECT min(month) FROM made)::timestamp,
                       date_trunc('month', %(at)s AT TIME ZONE 'UTC') + interval '2 months', '1 month') AS month
 WHERE month::date NOT IN (SELECT month FROM made)
 ORDER BY 1
"""

CHECKS: list[Check] = [
    in_book("ledger.sides_balance", _SIDES_BALANCE, recent=_SIDES_BALANCE),
    in_book("ledger.balances_replay", _BALANCES_REPLAY, recent=recent.BALANCES_ARE_THE_LAST_ENTRYS),
    by_account("ledger.entries_run", _ENTRIES_RUN, recent=recent.RECENT_ENTRIES_RUN),
    in_book("ledger.keys_match", _KEYS_MATCH, recent=recent.RECENT_KEYS_MATCH),
    in_book("ledger.two_sides", _TWO_SIDES, recent=recent.RECENT_TWO_SIDES),
    in_book("ledger.refunds_counted", _REFUNDS_COUNTED),
    by_account("ledger.holds_expire", _HOLDS_EXPIRE, recent=recent.RECENT_HOLDS_EXPIRE),
    in_book("ledger.statements_chain", _STATEMENTS_CHAIN),
    in_book("ledger.guards_stand", _GUARDS_STAND, recent=_GUARDS_STAND),
    in_book("ledger.months_stand", _MONTHS_STAND, recent=_MONTHS_STAND),
]
