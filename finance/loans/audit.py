"""What the auditor proves about lenders' books, from the rows alone: its own SQL, no code of the services.

A finding stops nothing of ours: it concerns the lender's own book.
"""

from ledger.audit import Check, by_account

_HELD = """
queued AS (
    SELECT account_id, sum(CASE side WHEN 'debit' THEN posted_delta ELSE -posted_delta END) AS minor
      FROM ledger_queuedentry GROUP BY account_id
), held AS (
    SELECT account.code, account.kind, account.currency,
           (account.debits_posted - account.credits_posted + coalesce(queued.minor, 0))
           * CASE account.normal_side WHEN 'debit' THEN 1 ELSE -1 END AS minor
      FROM ledger_account AS account LEFT JOIN queued ON queued.account_id = account.id
     WHERE account.book_id = %(book)s
)"""

# The accounts of a book of loans are the sums of its loans.
_BOOKS_ARE_THEIR_LOANS = f"""
WITH {_HELD}, summed AS (
    SELECT county.code AS county, book.currency,
           sum(loan.principal_disbursed_minor - loan.principal_paid_minor
               - loan.principal_written_off_minor) AS principal,
           sum(loan.interest_accrued_minor - loan.interest_paid_minor - loan.interest_written_off_minor) AS interest,
           sum(loan.penalty_due_minor - loan.penalty_paid_minor - loan.penalty_written_off_minor) AS penalty,
           sum(loan.recovered_minor) AS recovered, sum(loan.interest_suspended_minor) AS suspended,
           sum(loan.advance_minor) AS advance, sum(waiting.minor) AS unallocated
      FROM finance_loanbook AS book
      JOIN stations_division AS county ON county.id = book.county_id
      JOIN finance_loan AS loan ON loan.book_id = book.id
     CROSS JOIN LATERAL (
        SELECT coalesce(sum(receipt.amount_minor), 0) AS minor FROM finance_loanreceipt AS receipt
         WHERE receipt.loan_id = loan.id AND receipt.status = 'unallocated' AND NOT EXISTS (
            SELECT FROM finance_loanreversal WHERE receipt_id = receipt.id AND status = 'done')
     ) AS waiting
     WHERE book.book_id = %(book)s GROUP BY county.code, book.currency
), loans AS (
    SELECT each.kind, each.kind || ':' || summed.county AS code, summed.currency, each.minor
      FROM summed CROSS JOIN LATERAL (VALUES
        ('loan_principal', principal), ('loan_interest', interest), ('loan_penalty', penalty),
        ('loan_advance', advance), ('loan_unallocated', unallocated),
        ('recovery_income', recovered), ('interest_suspended', suspended)) AS each (kind, minor)
)
SELECT coalesce(loans.code, held.code) AS account, coalesce(loans.kind, held.kind) AS kind,
       coalesce(held.minor, 0)::bigint AS held, coalesce(loans.minor, 0)::bigint AS loans
  FROM loans
  FULL JOIN (SELECT * FROM held
              WHERE kind IN ('loan_principal', 'loan_interest', 'loan_penalty', 'loan_advance',
                             'loan_unallocated', 'recovery_income', 'interest_suspended')) AS held
    ON held.code = loans.code AND held.currency = loans.currency
 WHERE coalesce(held.minor, 0) <> coalesce(loans.minor, 0)
 ORDER BY 1
"""  # noqa: S608 - text of our own, no value

# What a lender's book is owed by us is what ours owes it; a payout that the lender's book has not heard of yet counts.
_LENDERS_ARE_OWED_WHAT_WAS_TAKEN = f"""
WITH {_HELD}, ours AS (
    SELECT 'collections_due:' || county.code AS code, book.currency,
           account.credits_posted - account.debits_posted + coalesce(heard.minor, 0) AS minor
      FROM finance_loanbook AS book
      JOIN stations_division AS county ON county.id = book.county_id
      JOIN ledger_account AS account
        ON account.code = 'supplier:lender-' || book.id AND account.currency = book.currency
      LEFT JOIN LATERAL (
        SELECT sum(line.amount_minor * (CASE WHEN line.status = 'paid' THEN 1 ELSE 0 END
                   - CASE WHEN settled.is_told AND NOT returned.is_told THEN 1 ELSE 0 END)) AS minor
          FROM finance_payoutline AS line
         CROSS JOIN LATERAL (SELECT EXISTS (
            SELECT FROM ledger_transferkey WHERE event_type = 'collections_settled'
               AND event_id = line.our_ref::text) AS is_told) AS settled
         CROSS JOIN LATERAL (SELECT EXISTS (
            SELECT FROM ledger_transferkey WHERE event_type = 'collections_returned'
               AND event_id = line.our_ref::text) AS is_told) AS returned
         WHERE line.account_id = account.id AND line.paid_at IS NOT NULL
      ) AS heard ON true
     WHERE book.book_id = %(book)s
)
SELECT coalesce(ours.code, held.code) AS account, 'collections_due' AS kind,
       coalesce(held.minor, 0)::bigint AS held, coalesce(ours.minor, 0)::bigint AS ours
  FROM ours
  FULL JOIN (SELECT * FROM held WHERE kind = 'collections_due') AS held
    ON held.code = ours.code AND held.currency = ours.currency
 WHERE coalesce(held.minor, 0) <> coalesce(ours.minor, 0)
 ORDER BY 1
"""  # noqa: S608

# What is paid on an instalment is what receipts and advances were set on it.
_PAYMENTS_ARE_SET = """
WITH paid AS (
    SELECT loan.number, installment.n, part.name, part.minor - coalesce((
               SELECT sum(CASE WHEN reversal_id IS NULL THEN amount_minor ELSE -amount_minor END)
                 FROM finance_receiptallocation AS allocation
                WHERE allocation.installment_id = installment.id AND allocation.part = part.name), 0) AS differs
      FROM finance_loanbook AS book
      JOIN finance_loan AS loan ON loan.book_id = book.id
      JOIN finance_loaninstallment AS installment ON installment.loan_id = loan.id
     CROSS JOIN LATERAL (VALUES ('principal', installment.principal_paid_minor),
                                ('interest', installment.interest_paid_minor),
                                ('penalty', installment.penalty_paid_minor)) AS part (name, minor)
     WHERE book.book_id = %(book)s
)
SELECT 'loan_' || name AS account, 'loan_' || name AS kind, number || ' ' || n AS installment, differs::bigint
  FROM paid WHERE differs <> 0 ORDER BY 1, 3
"""

CHECKS: list[Check] = [
    by_account("finance.loan_books_are_their_loans", _BOOKS_ARE_THEIR_LOANS),
    by_account("finance.lenders_are_owed_what_was_taken", _LENDERS_ARE_OWED_WHAT_WAS_TAKEN),
    by_account("finance.loan_payments_are_set", _PAYMENTS_ARE_SET),
]
