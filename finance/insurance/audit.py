"""What the auditor proves about the insurance book, from the rows alone: its own SQL, no code of the services.

A finding stops nothing by itself: it concerns the book of funds and insurers.
"""

from ledger.audit import Check, by_account, in_book

# What insurers are owed is what funds paid for their products, less the statements that the bank has paid.
_PREMIUMS_OWED = """
WITH queued AS (
    SELECT account_id, sum(CASE side WHEN 'credit' THEN posted_delta ELSE -posted_delta END) AS minor
      FROM ledger_queuedentry GROUP BY account_id
), held AS (
    SELECT account.code, account.kind, account.currency,
           account.credits_posted - account.debits_posted + coalesce(queued.minor, 0) AS minor
      FROM ledger_account AS account LEFT JOIN queued ON queued.account_id = account.id
     WHERE account.book_id = %(book)s AND account.kind = 'premium_payable'
), funded AS (
    SELECT product.insurer_id, sum(funding.amount_minor) AS minor
      FROM finance_policyfunding AS funding
      JOIN finance_policy AS policy ON policy.id = funding.policy_id
      JOIN finance_insuranceproduct AS product ON product.id = policy.product_id
     GROUP BY product.insurer_id
), paid AS (
    SELECT insurer_id, sum(amount_minor) AS minor FROM finance_premiumstatement
     WHERE status = 'paid' GROUP BY insurer_id
), owed AS (
    SELECT 'premium_payable:' || lower(insurer.company_code) AS code, insurer.currency,
           coalesce(funded.minor, 0) - coalesce(paid.minor, 0) AS minor
      FROM finance_insurer AS insurer
      JOIN ledger_book AS book ON book.code = insurer.country || '-INS' AND book.id = %(book)s
      LEFT JOIN funded ON funded.insurer_id = insurer.id
      LEFT JOIN paid ON paid.insurer_id = insurer.id
)
SELECT coalesce(owed.code, held.code) AS account, 'premium_payable' AS kind,
       coalesce(held.minor, 0)::bigint AS held, coalesce(owed.minor, 0)::bigint AS owed
  FROM owed FULL JOIN held ON held.code = owed.code AND held.currency = owed.currency
 WHERE coalesce(held.minor, 0) <> coalesce(owed.minor, 0)
 ORDER BY 1
"""

# Each line of a statement is what funds paid for the policies of its enrolment.
_PREMIUM_LINES = """
SELECT statement.number AS statement, batch.number AS enrolment, line.amount_minor AS said,
       coalesce(sum(funding.amount_minor), 0)::bigint AS funded
  FROM finance_premiumline AS line
  JOIN finance_premiumstatement AS statement ON statement.id = line.statement_id
  JOIN finance_insurer AS insurer ON insurer.id = statement.insurer_id
  JOIN ledger_book AS book ON book.code = insurer.country || '-INS' AND book.id = %(book)s
  JOIN finance_enrolmentbatch AS batch ON batch.id = line.batch_id
  LEFT JOIN finance_policy AS policy ON policy.batch_id = batch.id
  LEFT JOIN finance_policyfunding AS funding ON funding.policy_id = policy.id
 GROUP BY line.id, statement.number, batch.number, line.amount_minor
HAVING line.amount_minor <> coalesce(sum(funding.amount_minor), 0)
 ORDER BY 1, 2
"""

# Money is set aside exactly while the bank has a payment: posted when it was paid, voided when it was not.
_HOLDS_END_WITH_PAYMENTS = """
WITH payments AS (
    SELECT our_ref, status, amount_minor, payer_id, hold_transfer_id FROM finance_claimpayment
    UNION ALL
    SELECT our_ref, status, amount_minor, payer_id, hold_transfer_id FROM finance_premiumpayment
    UNION ALL
    SELECT our_ref, status, amount_minor, payer_id, hold_transfer_id FROM finance_indexpayment
), held AS (
    SELECT payments.our_ref, payments.status, payments.amount_minor, account.code AS account, account.kind,
           hold.amount, hold.debit_id = payments.payer_id AS is_theirs, coalesce(ending.kind, 'pending') AS ended_as
      FROM payments
      JOIN ledger_account AS account ON account.id = payments.payer_id AND account.book_id = %(book)s
      JOIN ledger_transferkey AS hold_key ON hold_key.id = payments.hold_transfer_id
      JOIN ledger_transfer AS hold ON hold.id = hold_key.id AND hold.recorded_at = hold_key.recorded_at
      LEFT JOIN ledger_transferkey AS end_key ON end_key.pending_id = hold_key.id
      LEFT JOIN ledger_transfer AS ending ON ending.id = end_key.id AND ending.recorded_at = end_key.recorded_at
)
SELECT our_ref::text AS payment, status, ended_as AS hold, account, kind FROM held
 WHERE amount <> amount_minor OR NOT is_theirs OR ended_as <> CASE status
            WHEN 'sent' THEN 'pending' WHEN 'failed' THEN 'void' ELSE 'post' END
 ORDER BY 1
"""

# What of a deductible or ceiling is used is the sum of what claims and payouts took and gave back.
_COUNTERS_ARE_THEIR_ENTRIES = """
SELECT counter.scope, counter.scope_ref AS owner, counter.used_minor AS said,
       coalesce(sum(entry.amount_minor), 0)::bigint AS found
  FROM finance_coveragecounter AS counter
  JOIN finance_insuranceproduct AS product ON product.id = counter.product_id
  JOIN ledger_book AS book ON book.code = product.country || '-INS' AND book.id = %(book)s
  LEFT JOIN finance_counterentry AS entry ON entry.counter_id = counter.id
 GROUP BY counter.id
HAVING counter.used_minor <> coalesce(sum(entry.amount_minor), 0)
 ORDER BY 1, 2
"""

CHECKS: list[Check] = [
    by_account("finance.premiums_owed_are_premiums_funded", _PREMIUMS_OWED),
    in_book("finance.premium_lines_are_what_funds_paid", _PREMIUM_LINES),
    by_account("finance.insurance_holds_end_with_payments", _HOLDS_END_WITH_PAYMENTS),
    in_book("finance.coverage_counters_are_their_entries", _COUNTERS_ARE_THEIR_ENTRIES),
]
