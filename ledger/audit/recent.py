"""The same of what has come since an instant: whether any of it is wrong, without reading what is older.

A statement may use %(since)s, and %(first_id)s, below which no id is that was made since then. None reads more than the
last entries of each account and what is newer.
"""

# What is stored is what the last entry says: with the run of recent entries and the two sides of recent transfers, the
# replay of what has come. Both counters of an account altered alike are left to the whole audit.
BALANCES_ARE_THE_LAST_ENTRYS = """
SELECT account.code
  FROM ledger_account AS account
  LEFT JOIN LATERAL (SELECT posted_after, pending_after FROM ledger_entry WHERE account_id = account.id
                      ORDER BY version DESC LIMIT 1) AS entry ON true
 WHERE account.book_id = %(book)s
   AND (CASE account.normal_side WHEN 'credit' THEN credits_posted - debits_posted
                                 ELSE debits_posted - credits_posted END,
        CASE account.normal_side WHEN 'credit' THEN debits_pending ELSE credits_pending END)
       <> (coalesce(entry.posted_after, 0), coalesce(entry.pending_after, 0))
 LIMIT 1
"""

# The same of entries since an instant, each against the one before it. Account by account, by the index of their times.
RECENT_ENTRIES_RUN = """
SELECT account.code
  FROM ledger_account AS account
 CROSS JOIN LATERAL (SELECT version, side, posted_delta, pending_delta, posted_after, pending_after, entered_at
                       FROM ledger_entry WHERE account_id = account.id AND entered_at >= %(since)s OFFSET 0) AS entry
  LEFT JOIN LATERAL (SELECT version, posted_after, pending_after, entered_at FROM ledger_entry
                      WHERE account_id = account.id AND version < entry.version
                      ORDER BY version DESC LIMIT 1) AS earlier ON true
 WHERE account.book_id = %(book)s
   AND (entry.version - coalesce(earlier.version, 0) <> 1
        OR entry.posted_after - coalesce(earlier.posted_after, 0)
           <> CASE WHEN entry.side = account.normal_side THEN entry.posted_delta ELSE -entry.posted_delta END
        OR entry.pending_after - coalesce(earlier.pending_after, 0)
           <> CASE WHEN entry.side = account.normal_side THEN 0 ELSE entry.pending_delta END
        OR entry.entered_at < earlier.entered_at)
UNION ALL
SELECT account.code FROM ledger_account AS account
 WHERE account.book_id = %(book)s AND account.version
       <> (SELECT coalesce(max(version), 0) FROM ledger_entry WHERE account_id = account.id)
 LIMIT 1
"""

# The same of recent transfers; a key without a transfer by its id, which begins with its time.
RECENT_KEYS_MATCH = """
SELECT transfer.id
  FROM ledger_transfer AS transfer
  LEFT JOIN ledger_transferkey AS key ON key.id = transfer.id AND key.recorded_at = transfer.recorded_at
 WHERE transfer.book_id = %(book)s AND transfer.recorded_at >= %(since)s
   AND (key.id IS NULL
        OR (key.event_type, key.event_id, key.leg_no, key.fingerprint)
           <> (transfer.event_type, transfer.event_id, transfer.leg_no, transfer.fingerprint)
        OR key.pending_id IS DISTINCT FROM transfer.pending_id
        OR key.reversal_of IS DISTINCT FROM transfer.reversal_of)
UNION ALL
SELECT key.id
  FROM ledger_transferkey AS key
  LEFT JOIN ledger_transfer AS transfer ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at
 WHERE key.id >= %(first_id)s::uuid AND transfer.id IS NULL
 LIMIT 1
"""

# The same of recent transfers, whose sides were entered after them.
RECENT_TWO_SIDES = """
WITH fresh AS MATERIALIZED (
    SELECT id, debit_id, credit_id FROM ledger_transfer WHERE book_id = %(book)s AND recorded_at >= %(since)s
), touched AS (
    SELECT debit_id AS account_id FROM fresh UNION SELECT credit_id FROM fresh
), sides AS (
    SELECT entry.transfer_id, touched.account_id, entry.side
      FROM touched
     CROSS JOIN LATERAL (SELECT transfer_id, side FROM ledger_entry
                          WHERE account_id = touched.account_id AND entered_at >= %(since)s OFFSET 0) AS entry
    UNION ALL
    SELECT transfer_id, account_id, side FROM ledger_queuedentry
), counted AS (
    SELECT transfer_id, count(*) AS sides,
           max(account_id) FILTER (WHERE side = 'debit') AS debit_id,
           max(account_id) FILTER (WHERE side = 'credit') AS credit_id
      FROM sides GROUP BY transfer_id
)
SELECT fresh.id
  FROM fresh LEFT JOIN counted ON counted.transfer_id = fresh.id
 WHERE counted.sides IS DISTINCT FROM 2 OR counted.debit_id IS DISTINCT FROM fresh.debit_id
    OR counted.credit_id IS DISTINCT FROM fresh.credit_id
 LIMIT 1
"""

RECENT_HOLDS_EXPIRE = """
SELECT hold.id FROM ledger_transfer AS hold
 WHERE hold.book_id = %(book)s AND hold.kind = 'pending' AND hold.expires_at < %(at)s - interval '5 minutes'
   AND hold.expires_at >= %(since)s - interval '5 minutes'
   AND NOT EXISTS (SELECT FROM ledger_transferkey AS key WHERE key.pending_id = hold.id)
 LIMIT 1
"""
