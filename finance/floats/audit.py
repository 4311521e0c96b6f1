"""What the auditor proves about floats, from the rows alone: its own SQL, no code of the services.

`ecomnet/wiring.py` adds these to the checks of the ledger. A row concerns the county of the station that sent.
"""

from ledger.audit import Check, by_account

# A float on its way is set aside exactly until its transfer has ended, and the ending says which it was. What the
# ledger has given free is told to the transfer by an event: five minutes for that.
_HOLDS_END_WITH_TRANSFERS = """
WITH held AS (
    SELECT transfer.id, transfer.status, transfer.amount_minor, hold.amount, hold.book_id, account.code, account.kind,
           coalesce(ending.kind, 'pending') AS ended_as, ending.recorded_at AS ended_at,
           account.code LIKE 'float:' || sender.code || ':%%' AND other.code LIKE 'float:' || taker.code || ':%%'
               AS is_theirs
      FROM finance_floattransfer AS transfer
      JOIN stations_station AS sender ON sender.id = transfer.from_station_id
      JOIN stations_station AS taker ON taker.id = transfer.to_station_id
      JOIN ledger_transferkey AS hold_key ON hold_key.id = transfer.hold_transfer_id
      JOIN ledger_transfer AS hold ON hold.id = hold_key.id AND hold.recorded_at = hold_key.recorded_at
      JOIN ledger_account AS account ON account.id = hold.debit_id
      JOIN ledger_account AS other ON other.id = hold.credit_id
      LEFT JOIN ledger_transferkey AS end_key ON end_key.pending_id = hold_key.id
      LEFT JOIN ledger_transfer AS ending ON ending.id = end_key.id AND ending.recorded_at = end_key.recorded_at
)
SELECT id::text AS transfer, status, ended_as AS hold, code AS account, kind FROM held
 WHERE book_id = %(book)s
   AND (amount <> amount_minor OR NOT is_theirs OR (
       ended_as <> CASE status WHEN 'sent' THEN 'pending' WHEN 'accepted' THEN 'post' WHEN 'expired' THEN 'expire'
                               ELSE 'void' END
       AND NOT (status = 'sent' AND ended_as = 'expire' AND ended_at > clock_timestamp() - interval '5 minutes')))
 ORDER BY 1
"""

# Cash that was taken for a float is what was counted and signed for, and went from the centre's till.
_CASH_IS_WHAT_WAS_COUNTED = """
SELECT topup.reference, cash.counted_minor, transfer.amount, debit.code AS till, account.code AS account, account.kind
  FROM finance_floattopup AS topup
  JOIN ledger_transferkey AS key ON key.id = topup.transfer_id
  JOIN ledger_transfer AS transfer ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at
  JOIN ledger_account AS account ON account.id = transfer.credit_id
  JOIN ledger_account AS debit ON debit.id = transfer.debit_id
  LEFT JOIN finance_topupcash AS cash ON cash.topup_id = topup.id
  LEFT JOIN stations_station AS centre ON centre.id = cash.centre_id
 WHERE topup.via = 'cash' AND transfer.book_id = %(book)s
   AND (cash.signed_by_id IS NULL OR transfer.amount <> cash.counted_minor OR debit.code <> 'till:' || centre.code)
 ORDER BY 1
"""

CHECKS: list[Check] = [
    by_account("finance.float_holds_end_with_transfers", _HOLDS_END_WITH_TRANSFERS),
    by_account("finance.float_cash_is_what_was_counted", _CASH_IS_WHAT_WAS_COUNTED),
]
