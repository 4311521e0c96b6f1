"""The statements that close one day of a chunk of loans: `ids`, the `date` that is closed, and the day that is `next`.

`ids` are one word, `{…}`: a list of two thousand is written and read faster than as two thousand values.

They leave each loan as it stands at the opening of the next day: nights up to it are in, what falls due on it is due.
"""

HOLD = """
SELECT id, last_closed_date + 1 FROM finance_loan WHERE id = ANY(%(ids)s::uuid[]) AND status = 'active'
 ORDER BY id FOR NO KEY UPDATE
"""

FALL_DUE = """
UPDATE finance_loaninstallment AS row SET status = CASE WHEN row.due_date < %(next)s THEN 'overdue' ELSE 'due' END
 WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.status NOT IN ('paid', 'rescheduled') AND row.due_date <= %(next)s
   AND row.status <> CASE WHEN row.due_date < %(next)s THEN 'overdue' ELSE 'due' END
"""

#: Interest is suspended from so many days late on, and then until nothing of the loan is late: also where all that was
#: suspended is waived meanwhile, as the night before says.
#: A(e) = floor((2 x interest x e + D) / 2D): over a row the days add up to its interest exactly. Where its rate
#: changed, the nights since then share what those before have left.
#: The row of a night is due on that night or later: the index by due date and first day finds it alone.
ACCRUE = """
WITH chunk AS MATERIALIZED (
    SELECT loan.id, loan.interest_suspended_minor > 0 AS is_suspended,
           greatest(loan.days_past_due, CASE WHEN loan.watch_left > 0 THEN loan.watched_days ELSE 0 END) AS late
      FROM finance_loan AS loan WHERE loan.id = ANY(%(ids)s::uuid[])
), day AS (
    UPDATE finance_loaninstallment AS row
       SET interest_accrued_minor = row.accrued_before_minor
           + (2 * (row.interest_minor - row.accrued_before_minor)
                * (%(next)s - coalesce(row.accrues_from_date, row.start_date))
              + (row.end_date - coalesce(row.accrues_from_date, row.start_date)))
             / (2 * (row.end_date - coalesce(row.accrues_from_date, row.start_date)))
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.status NOT IN ('paid', 'rescheduled')
       AND row.due_date >= %(next)s AND row.start_date < %(next)s AND row.end_date >= %(next)s
    RETURNING row.loan_id, new.interest_accrued_minor - old.interest_accrued_minor AS minor
), earned AS (
    SELECT loan_id, sum(minor) AS minor FROM day GROUP BY loan_id
)
INSERT INTO finance_loanaccrual (created_at, updated_at, loan_id, business_date, interest_minor, penalty_minor,
                                 released_minor, days_past_due, is_suspended)
SELECT now(), now(), chunk.id, %(date)s, coalesce(earned.minor, 0), 0, 0, 0,
       chunk.is_suspended
       OR chunk.late > CASE WHEN chunk.late BETWEEN 1 AND %(suspend_after)s
                             AND (SELECT before.is_suspended FROM finance_loanaccrual AS before
                                   WHERE before.loan_id = chunk.id AND before.business_date = %(date)s - 1)
                            THEN 0 ELSE %(suspend_after)s END
  FROM chunk LEFT JOIN earned ON earned.loan_id = chunk.id
"""

#: A night costs what is unpaid of the principal of each instalment that is late beyond its days of grace.
PENALISE = """
WITH night AS (
    SELECT row.id, row.loan_id, row.penalty_minor AS before,
           row.penalty_exact + (row.principal_minor - row.principal_paid_minor)::numeric
               * contract.penalty_ppm / 365000000 AS exact,
           version.money_step_minor AS step,
           (row.principal_minor + row.interest_minor)::numeric * contract.penalty_cap_bp / 10000 AS cap
      FROM finance_loaninstallment AS row
      JOIN finance_loancontract AS contract ON contract.id = row.contract_id
      JOIN finance_loanproductversion AS version ON version.id = contract.product_version_id
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.status NOT IN ('paid', 'rescheduled')
       AND row.due_date + contract.penalty_grace_days < %(next)s
       AND row.principal_minor > row.principal_paid_minor
), charged AS (
    UPDATE finance_loaninstallment AS row
       SET penalty_exact = night.exact,
           penalty_minor = greatest(night.before, round(least(night.exact, night.cap) / night.step) * night.step)
      FROM night WHERE night.id = row.id
    RETURNING row.loan_id, row.penalty_minor - night.before AS minor
), total AS (
    SELECT loan_id, sum(minor) AS minor FROM charged GROUP BY loan_id
)
UPDATE finance_loanaccrual AS accrual SET penalty_minor = total.minor
  FROM total WHERE accrual.loan_id = total.loan_id AND accrual.business_date = %(date)s
"""

#: What lies in advance is set on what is due: penalty, interest, principal, the oldest instalment first.
USE_ADVANCE = """
WITH part AS (
    SELECT row.id, row.loan_id, each.part, each.minor,
           loan.advance_minor - coalesce(sum(each.minor) OVER (
               PARTITION BY row.loan_id ORDER BY row.due_date, row.n, each.place
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS available
      FROM finance_loaninstallment AS row
      JOIN finance_loan AS loan ON loan.id = row.loan_id AND loan.advance_minor > 0
     CROSS JOIN LATERAL (VALUES
        (1, 'penalty', row.penalty_minor - row.penalty_paid_minor),
        (2, 'interest', row.interest_accrued_minor - row.interest_paid_minor),
        (3, 'principal', row.principal_minor - row.principal_paid_minor)) AS each (place, part, minor)
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.status NOT IN ('paid', 'rescheduled') AND row.due_date <= %(next)s
), used AS (
    SELECT id, loan_id, part, least(minor, available) AS minor FROM part WHERE least(minor, available) > 0
), written AS (
    INSERT INTO finance_receiptallocation (created_at, updated_at, installment_id, part, amount_minor, on_date)
    SELECT now(), now(), id, part, minor, %(next)s FROM used
), by_row AS (
    SELECT id, coalesce(sum(minor) FILTER (WHERE part = 'penalty'), 0) AS penalty,
           coalesce(sum(minor) FILTER (WHERE part = 'interest'), 0) AS interest,
           coalesce(sum(minor) FILTER (WHERE part = 'principal'), 0) AS principal
      FROM used GROUP BY id
), paid AS (
    UPDATE finance_loaninstallment AS row
       SET penalty_paid_minor = row.penalty_paid_minor + by_row.penalty,
           interest_paid_minor = row.interest_paid_minor + by_row.interest,
           principal_paid_minor = row.principal_paid_minor + by_row.principal,
           status = CASE WHEN row.penalty_minor = row.penalty_paid_minor + by_row.penalty
                          AND row.interest_minor = row.interest_paid_minor + by_row.interest
                          AND row.principal_minor = row.principal_paid_minor + by_row.principal
                         THEN 'paid' ELSE row.status END
      FROM by_row WHERE by_row.id = row.id
), by_loan AS (
    SELECT loan_id, sum(minor) AS total, coalesce(sum(minor) FILTER (WHERE part = 'penalty'), 0) AS penalty,
           coalesce(sum(minor) FILTER (WHERE part = 'interest'), 0) AS interest,
           coalesce(sum(minor) FILTER (WHERE part = 'principal'), 0) AS principal
      FROM used GROUP BY loan_id
), counted AS (
    UPDATE finance_loan AS loan
       SET advance_minor = loan.advance_minor - by_loan.total,
           penalty_paid_minor = loan.penalty_paid_minor + by_loan.penalty,
           interest_paid_minor = loan.interest_paid_minor + by_loan.interest,
           principal_paid_minor = loan.principal_paid_minor + by_loan.principal
      FROM by_loan WHERE by_loan.loan_id = loan.id
)
SELECT loan.application_id, used.part, sum(used.minor)::bigint
  FROM used JOIN finance_loan AS loan ON loan.id = used.loan_id GROUP BY 1, 2
"""

#: Interest and penalties of the day are the loan's; so is how late it is, counted to `next`.
COUNT = """
UPDATE finance_loan AS loan
   SET interest_accrued_minor = loan.interest_accrued_minor + accrual.interest_minor,
       interest_suspended_minor = loan.interest_suspended_minor
                                  + CASE WHEN accrual.is_suspended THEN accrual.interest_minor ELSE 0 END,
       penalty_due_minor = loan.penalty_due_minor + accrual.penalty_minor
  FROM finance_loanaccrual AS accrual
 WHERE accrual.loan_id = loan.id AND accrual.business_date = %(date)s AND loan.id = ANY(%(ids)s::uuid[])
"""
GROW_LATE = """
WITH late AS (
    SELECT loan.id, coalesce(%(next)s - min(row.due_date) FILTER (
               WHERE row.due_date < %(next)s AND row.status NOT IN ('paid', 'rescheduled')
                 AND (row.principal_minor > row.principal_paid_minor
                      OR row.interest_minor > row.interest_paid_minor)), 0) AS days
      FROM finance_loan AS loan JOIN finance_loaninstallment AS row ON row.loan_id = loan.id
     WHERE loan.id = ANY(%(ids)s::uuid[]) GROUP BY loan.id
), counted AS (
    UPDATE finance_loanaccrual AS accrual SET days_past_due = late.days
      FROM late WHERE accrual.loan_id = late.id AND accrual.business_date = %(date)s AND late.days > 0
)
UPDATE finance_loan AS loan
   SET days_past_due = late.days, most_days_late = greatest(loan.most_days_late, late.days),
       last_closed_date = %(date)s
  FROM late WHERE late.id = loan.id
"""

#: Of a restructured loan, what fell due on `date` was paid by then, or all are counted anew. What was paid early is no
#: instalment that was kept.
WATCH = """
WITH fell AS (
    SELECT row.loan_id, bool_and(row.status = 'paid') AS is_paid
      FROM finance_loaninstallment AS row
      JOIN finance_loan AS loan ON loan.contract_id = row.contract_id AND loan.watch_left > 0
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.due_date = %(date)s AND row.status <> 'rescheduled'
       AND NOT EXISTS (SELECT FROM finance_loanreceipt AS receipt
                        WHERE receipt.new_contract_id = row.contract_id AND receipt.value_date = row.due_date)
     GROUP BY row.loan_id
)
UPDATE finance_loan AS loan SET watch_left = CASE WHEN fell.is_paid THEN loan.watch_left - 1 ELSE %(watched)s END
  FROM fell WHERE fell.loan_id = loan.id
"""

#: Nothing of it is late any more: what was suspended is earned.
RELEASE = """
WITH current AS (
    SELECT id, interest_suspended_minor AS minor FROM finance_loan
     WHERE id = ANY(%(ids)s::uuid[]) AND interest_suspended_minor > 0 AND days_past_due = 0
       AND (watch_left = 0 OR watched_days = 0)
), noted AS (
    UPDATE finance_loanaccrual AS accrual SET released_minor = current.minor
      FROM current WHERE accrual.loan_id = current.id AND accrual.business_date = %(date)s
)
UPDATE finance_loan AS loan SET interest_suspended_minor = 0 FROM current WHERE loan.id = current.id
"""

#: What the chunk moves in the lender's book: kind of movement -> minor units.
TOTALS = """
SELECT coalesce(sum(interest_minor) FILTER (WHERE NOT is_suspended), 0)::bigint,
       coalesce(sum(interest_minor) FILTER (WHERE is_suspended), 0)::bigint,
       coalesce(sum(released_minor), 0)::bigint,
       coalesce(sum(penalty_minor), 0)::bigint
  FROM finance_loanaccrual WHERE business_date = %(date)s AND loan_id = ANY(%(ids)s::uuid[])
"""
