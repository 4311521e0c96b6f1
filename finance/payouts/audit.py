"""What the auditor proves about payouts, from the rows alone: its own SQL, no code of the services.

`ecomnet/wiring.py` adds these to the checks of the ledger. What a payee's account holds less paid payouts is proved
with the other sums of payees (`finance.settlement.audit`).
"""

from ledger.audit import Check, by_account, in_book

# A batch is the sum of its payouts; those left out of it do not count.
_BATCHES_ARE_THEIR_PAYOUTS = """
SELECT batch.number AS batch, batch.line_count AS said, count(line.our_ref)::int AS found,
       batch.total_minor AS said_minor, coalesce(sum(line.amount_minor), 0)::bigint AS found_minor
  FROM finance_payoutbatch AS batch
  JOIN ledger_book AS book ON book.code = batch.country AND book.id = %(book)s
  LEFT JOIN finance_payoutline AS line ON line.batch_id = batch.id AND line.status <> 'left_out'
 GROUP BY batch.id
HAVING batch.line_count <> count(line.our_ref) OR batch.total_minor <> coalesce(sum(line.amount_minor), 0)
 ORDER BY 1
"""

# Money is set aside exactly while a payout is with the bank: posted when it was paid, voided when it was not. A
# withdrawal is set aside from the moment it is asked for.
_HOLDS_END_WITH_PAYOUTS = """
WITH held AS (
    SELECT line.our_ref, line.status, line.amount_minor, account.code AS account, account.kind, account.book_id,
           hold.amount, hold.debit_id = line.account_id AS is_theirs, coalesce(ending.kind, 'pending') AS ended_as
      FROM finance_payoutline AS line
      JOIN ledger_account AS account ON account.id = line.account_id
      JOIN ledger_transferkey AS hold_key ON hold_key.id = line.hold_transfer_id
      JOIN ledger_transfer AS hold ON hold.id = hold_key.id AND hold.recorded_at = hold_key.recorded_at
      LEFT JOIN ledger_transferkey AS end_key ON end_key.pending_id = hold_key.id
      LEFT JOIN ledger_transfer AS ending ON ending.id = end_key.id AND ending.recorded_at = end_key.recorded_at
)
SELECT our_ref::text AS payout, status, ended_as AS hold, account, kind FROM held
 WHERE book_id = %(book)s
   AND (amount <> amount_minor OR NOT is_theirs OR ended_as <> CASE
            WHEN status IN ('draft', 'approved', 'processing') THEN 'pending'
            WHEN status IN ('paid', 'returned') THEN 'post'
            WHEN status = 'failed' THEN 'void'
            ELSE ended_as END)
 ORDER BY 1
"""

# Whatever went through payout_clearing for a payout went out again: to the bank, or back; what came back over the bank
# account came in with the explanation of its line.
_CLEARING_IS_NOUGHT = """
WITH moved AS (
    SELECT payout_id::text AS event_id, came.amount_minor AS minor
      FROM finance_bankreturn AS matched JOIN finance_bankexplanation AS came ON came.id = matched.explanation_id
     WHERE matched.payout_id IS NOT NULL AND NOT matched.was_told
    UNION ALL
    SELECT transfer.event_id,
           sum(CASE WHEN credit.kind = 'payout_clearing' THEN transfer.amount ELSE 0 END
               - CASE WHEN debit.kind = 'payout_clearing' THEN transfer.amount ELSE 0 END)::bigint AS minor
      FROM ledger_transfer AS transfer
      JOIN ledger_account AS debit ON debit.id = transfer.debit_id
      JOIN ledger_account AS credit ON credit.id = transfer.credit_id
     WHERE transfer.book_id = %(book)s AND transfer.kind IN ('posted', 'post')
       AND transfer.event_type IN ('payout_paid', 'payout_returned')
       AND 'payout_clearing' IN (debit.kind, credit.kind)
     GROUP BY transfer.event_id
)
SELECT moved.event_id AS payout, account.code AS account, account.kind, sum(moved.minor)::bigint AS minor
  FROM moved
  JOIN finance_payoutline AS line ON line.our_ref::text = moved.event_id
  JOIN ledger_account AS account ON account.id = line.account_id AND account.book_id = %(book)s
 GROUP BY moved.event_id, account.id
HAVING sum(moved.minor) <> 0
 ORDER BY 1
"""

# What lies on payout_clearing is what came back and has found neither its payout nor its way out again.
_CLEARING_IS_EXPLAINED = """
WITH queued AS (
    SELECT account_id, sum(CASE side WHEN 'credit' THEN posted_delta ELSE -posted_delta END) AS minor
      FROM ledger_queuedentry GROUP BY account_id
), waiting AS (
    SELECT came.account_id, sum(came.amount_minor)::bigint AS minor
      FROM finance_bankexplanation AS came JOIN finance_bankstatementline AS line ON line.id = came.line_id
     WHERE came.kind = 'sent_back' AND line.direction = 'in'
       AND NOT EXISTS (SELECT FROM finance_bankreturn AS matched WHERE matched.explanation_id = came.id)
     GROUP BY came.account_id
)
SELECT account.code AS account, account.kind,
       (account.credits_posted - account.debits_posted + coalesce(queued.minor, 0))::bigint AS held,
       coalesce(waiting.minor, 0) AS waiting
  FROM ledger_account AS account
  LEFT JOIN queued ON queued.account_id = account.id
  LEFT JOIN waiting ON waiting.account_id = account.id
 WHERE account.book_id = %(book)s AND account.kind = 'payout_clearing'
   AND account.credits_posted - account.debits_posted + coalesce(queued.minor, 0) <> coalesce(waiting.minor, 0)
 ORDER BY account.id
"""

# What was paid in cash stands as money owed to its payee, or was fetched.
_CASH_IS_OWED = """
SELECT line.our_ref::text AS payout, account.code AS account, account.kind, line.status, refund.status AS refund
  FROM finance_payoutline AS line
  JOIN finance_payoutaccount AS home ON home.id = line.payout_account_id AND home.kind = 'cash_at_station'
  JOIN ledger_account AS account ON account.id = line.account_id AND account.book_id = %(book)s
  LEFT JOIN finance_refund AS refund ON refund.payout_line_id = line.our_ref
 WHERE (line.status = 'paid' AND (refund.id IS NULL OR refund.status = 'went_back'
                                  OR refund.amount_minor <> line.amount_minor))
    OR (line.status = 'returned' AND refund.status IS DISTINCT FROM 'went_back')
 ORDER BY 1
"""

CHECKS: list[Check] = [
    in_book("finance.payout_batches_are_their_payouts", _BATCHES_ARE_THEIR_PAYOUTS),
    by_account("finance.payout_holds_end_with_payouts", _HOLDS_END_WITH_PAYOUTS),
    by_account("finance.payout_clearing_is_nought", _CLEARING_IS_NOUGHT),
    by_account("finance.payout_clearing_is_explained", _CLEARING_IS_EXPLAINED),
    by_account("finance.payout_cash_is_owed", _CASH_IS_OWED),
]
