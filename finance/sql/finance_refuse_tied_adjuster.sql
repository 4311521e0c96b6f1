-- Nobody who stands close to the borrower asks for a change of the loan or decides on one; nor, where a group is released,
-- who stands close to a member. What was asked for before two people moved together stays as it is.
CREATE OR REPLACE FUNCTION finance_refuse_tied_adjuster() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    officers uuid[] := ARRAY[]::uuid[];
BEGIN
    IF TG_OP = 'INSERT' OR NEW.asked_by_id IS DISTINCT FROM OLD.asked_by_id THEN
        officers := officers || NEW.asked_by_id;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id THEN
        officers := officers || NEW.decided_by_id;
    END IF;
    IF EXISTS (SELECT FROM unnest(officers) AS officer
                CROSS JOIN (SELECT borrower_id AS resident FROM finance_loan WHERE id = NEW.loan_id
                             UNION
                            SELECT member.person_id
                              FROM finance_loan AS loan
                              JOIN finance_loanapplication AS application ON application.id = loan.application_id
                              JOIN finance_groupmember AS member ON member.group_id = application.group_id
                             WHERE loan.id = NEW.loan_id AND member.left_at IS NULL
                               AND NEW.kind = 'release_group') AS concerned
                WHERE finance_is_tied(officer, concerned.resident)) THEN
        RAISE EXCEPTION '%: who decides stands close to the borrower', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;
