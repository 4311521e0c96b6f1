-- At the end of a transaction the instalments that stand make up what was paid out, and what is paid on them is what
-- the loan says was paid. Of an instalment that a new plan has replaced, what was paid on it counts and no more.
-- The first such row of a transaction checks all loans that it has written, at once; nothing is left for those after it.
CREATE OR REPLACE FUNCTION finance_check_loan_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    changed uuid[];
BEGIN
    WITH told AS (DELETE FROM finance_changedplans RETURNING loans)
    SELECT array_agg(DISTINCT loan) INTO changed FROM told, unnest(told.loans) AS loan;
    IF changed IS NOT NULL AND EXISTS (
        SELECT FROM unnest(changed) AS subject (id)
          JOIN finance_loan AS loan ON loan.id = subject.id
         CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE status WHEN 'rescheduled' THEN principal_paid_minor
                                            ELSE principal_minor END), 0) AS principal,
                   coalesce(sum(principal_paid_minor), 0) AS principal_paid,
                   coalesce(sum(CASE status WHEN 'rescheduled' THEN interest_paid_minor
                                            ELSE interest_accrued_minor END), 0) AS interest,
                   coalesce(sum(interest_paid_minor), 0) AS interest_paid,
                   coalesce(sum(CASE status WHEN 'rescheduled' THEN penalty_paid_minor
                                            ELSE penalty_minor END), 0) AS penalty,
                   coalesce(sum(penalty_paid_minor), 0) AS penalty_paid
              FROM finance_loaninstallment WHERE loan_id = loan.id
          ) AS rows
         WHERE (rows.principal, rows.principal_paid, rows.interest, rows.interest_paid, rows.penalty, rows.penalty_paid)
               <> (loan.principal_disbursed_minor, loan.principal_paid_minor, loan.interest_accrued_minor,
                   loan.interest_paid_minor, loan.penalty_due_minor, loan.penalty_paid_minor)
    ) THEN
        RAISE EXCEPTION '%: the instalments of a loan add up to the loan', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = 'finance_loan', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$;
