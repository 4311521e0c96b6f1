"""The statements that close one day of a chunk of loans: `ids`, the `date` that is closed, and the day that is `next`.

`ids` are one word, `{…}`: a list of two thousand is written and read faster than as two thousand values. They are
prepared: to plan one for a list of two thousand takes half as long as to execute it.

They leave each loan as it stands at the opening of the next day: nights up to it are in, what falls due on it is due.
A row that is written twice in a transaction has all its foreign keys checked again: a night writes each loan once,
and those twice of which an advance may be used.
"""

#: The loans of which this is the next day, and what else of them may change tonight.
HOLD = """
SELECT id, advance_minor > 0, watch_left > 0, interest_suspended_minor > 0
  FROM finance_loan WHERE id = ANY(%(ids)s::uuid[]) AND status = 'active' AND last_closed_date + 1 = %(date)s::date
 ORDER BY id FOR NO KEY UPDATE
"""

FALL_DUE = """
UPDATE finance_loaninstallment AS row SET status = CASE WHEN row.due_date < %(next)s::date THEN 'overdue' ELSE 'due' END
 WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.due_date <= %(next)s::date
   AND row.status NOT IN ('paid', 'rescheduled')
   AND row.status <> CASE WHEN row.due_date < %(next)s::date THEN 'overdue' ELSE 'due' END
"""

#: Interest is suspended from so many days late on, and then until nothing of the loan is late: also where all that was
#: suspended is waived meanwhile, as the night before says.
#: A(e) = floor((2 x interest x e + D) / 2D): over a row the days add up to its interest exactly. Where its rate
#: changed, the nights since then share what those before have left.
#: The row of a night, one of each plan, is due on that night or later: the index by due date and first day finds it
#: alone.
ACCRUE = """
WITH chunk AS MATERIALIZED (
    SELECT loan.id, loan.interest_suspended_minor > 0 AS is_suspended,
           greatest(loan.days_past_due, CASE WHEN loan.watch_left > 0 THEN loan.watched_days ELSE 0 END) AS late
      FROM finance_loan AS loan WHERE loan.id = ANY(%(ids)s::uuid[])
), day AS (
    UPDATE finance_loaninstallment AS row
       SET interest_accrued_minor = row.accrued_before_minor
           + (2 * (row.interest_minor - row.accrued_before_minor)
                * (%(next)s::date - coalesce(row.accrues_from_date, row.start_date))
              + (row.end_date - coalesce(row.accrues_from_date, row.start_date)))
             / (2 * (row.end_date - coalesce(row.accrues_from_date, row.start_date)))
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.status NOT IN ('paid', 'rescheduled')
       AND row.due_date >= %(next)s::date AND row.start_date < %(next)s::date AND row.end_date >= %(next)s::date
    RETURNING row.loan_id, new.interest_accrued_minor - old.interest_accrued_minor AS minor
)
INSERT INTO finance_loanaccrual (created_at, updated_at, loan_id, business_date, interest_minor, penalty_minor,
                                 released_minor, days_past_due, is_suspended)
SELECT now(), now(), chunk.id, %(date)s::date, coalesce(earned.minor, 0), 0, 0, 0,
       chunk.is_suspended
       OR chunk.late > CASE WHEN chunk.late BETWEEN 1 AND %(suspend_after)s::integer
                             AND (SELECT before.is_suspended FROM finance_loanaccrual AS before
                                   WHERE before.loan_id = chunk.id AND before.business_date = %(date)s::date - 1)
                            THEN 0 ELSE %(suspend_after)s::integer END
  FROM chunk LEFT JOIN day AS earned ON earned.loan_id = chunk.id
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
       AND row.due_date < %(next)s::date AND row.due_date + contract.penalty_grace_days < %(next)s::date
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
  FROM total WHERE accrual.loan_id = total.loan_id AND accrual.business_date = %(date)s::date
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
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.due_date <= %(next)s::date
       AND row.status NOT IN ('paid', 'rescheduled')
), used AS (
    SELECT id, loan_id, part, least(minor, available) AS minor FROM part WHERE least(minor, available) > 0
), written AS (
    INSERT INTO finance_receiptallocation (created_at, updated_at, installment_id, part, amount_minor, on_date)
    SELECT now(), now(), id, part, minor, %(next)s::date FROM used
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

#: Before an advance is used, interest and penalties of the day are the loan's: it pays them, too.
COUNT = """
UPDATE finance_loan AS loan
   SET interest_accrued_minor = loan.interest_accrued_minor + accrual.interest_minor,
       interest_suspended_minor = loan.interest_suspended_minor
                                  + CASE WHEN accrual.is_suspended THEN accrual.interest_minor ELSE 0 END,
       penalty_due_minor = loan.penalty_due_minor + accrual.penalty_minor
  FROM finance_loanaccrual AS accrual
 WHERE accrual.loan_id = loan.id AND accrual.business_date = %(date)s::date AND loan.id = ANY(%(ids)s::uuid[])
"""

#: The night of each loan: what it has earned, unless that is `counted` already, and how late the loan is, to `next`.
END = """
WITH late AS (
    SELECT row.loan_id, %(next)s::date - min(row.due_date) AS days
      FROM finance_loaninstallment AS row
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.due_date < %(next)s::date
       AND row.status NOT IN ('paid', 'rescheduled')
       AND (row.principal_minor > row.principal_paid_minor OR row.interest_minor > row.interest_paid_minor)
     GROUP BY row.loan_id
), noted AS (
    UPDATE finance_loanaccrual AS accrual SET days_past_due = late.days
      FROM late WHERE accrual.loan_id = late.loan_id AND accrual.business_date = %(date)s::date
       AND accrual.loan_id = ANY(%(ids)s::uuid[])
), night AS (
    SELECT accrual.loan_id, coalesce(late.days, 0) AS days,
           CASE WHEN counted.id IS NULL THEN accrual.interest_minor ELSE 0 END AS interest,
           CASE WHEN counted.id IS NULL AND accrual.is_suspended THEN accrual.interest_minor ELSE 0 END AS suspended,
           CASE WHEN counted.id IS NULL THEN accrual.penalty_minor ELSE 0 END AS penalty
      FROM finance_loanaccrual AS accrual
      LEFT JOIN late ON late.loan_id = accrual.loan_id
      LEFT JOIN unnest(%(counted)s::uuid[]) AS counted (id) ON counted.id = accrual.loan_id
     WHERE accrual.loan_id = ANY(%(ids)s::uuid[]) AND accrual.business_date = %(date)s::date
)
UPDATE finance_loan AS loan
   SET interest_accrued_minor = loan.interest_accrued_minor + night.interest,
       interest_suspended_minor = loan.interest_suspended_minor + night.suspended,
       penalty_due_minor = loan.penalty_due_minor + night.penalty,
       days_past_due = night.days, most_days_late = greatest(loan.most_days_late, night.days),
       last_closed_date = %(date)s::date
  FROM night WHERE night.loan_id = loan.id
"""

#: Of a restructured loan, what fell due on `date` was paid by then, or all are counted anew. What was paid early is no
#: instalment that was kept.
WATCH = """
WITH fell AS (
    SELECT row.loan_id, bool_and(row.status = 'paid') AS is_paid
      FROM finance_loaninstallment AS row
      JOIN finance_loan AS loan ON loan.contract_id = row.contract_id AND loan.watch_left > 0
     WHERE row.loan_id = ANY(%(ids)s::uuid[]) AND row.due_date = %(date)s::date AND row.status <> 'rescheduled'
       AND NOT EXISTS (SELECT FROM finance_loanreceipt AS receipt
                        WHERE receipt.new_contract_id = row.contract_id AND receipt.value_date = row.due_date)
     GROUP BY row.loan_id
)
UPDATE finance_loan AS loan
   SET watch_left = CASE WHEN fell.is_paid THEN loan.watch_left - 1 ELSE %(watched)s::integer END
  FROM fell WHERE fell.loan_id = loan.id
"""

#: Nothing of it is late any more: what was suspended is earned; how much of the chunk that is.
RELEASE = """
WITH current AS (
    SELECT id, interest_suspended_minor AS minor FROM finance_loan
     WHERE id = ANY(%(ids)s::uuid[]) AND interest_suspended_minor > 0 AND days_past_due = 0
       AND (watch_left = 0 OR watched_days = 0)
), noted AS (
    UPDATE finance_loanaccrual AS accrual SET released_minor = current.minor
      FROM current WHERE accrual.loan_id = current.id AND accrual.business_date = %(date)s::date
), earned AS (
    UPDATE finance_loan AS loan SET interest_suspended_minor = 0 FROM current WHERE loan.id = current.id
)
SELECT coalesce(sum(minor), 0)::bigint FROM current
"""

#: What the chunk has earned, in minor units: interest, interest that is suspended, penalties.
TOTALS = """
SELECT coalesce(sum(interest_minor) FILTER (WHERE NOT is_suspended), 0)::bigint,
       coalesce(sum(interest_minor) FILTER (WHERE is_suspended), 0)::bigint,
       coalesce(sum(penalty_minor), 0)::bigint
  FROM finance_loanaccrual WHERE business_date = %(date)s::date AND loan_id = ANY(%(ids)s::uuid[])
"""
