-- Whoever answers for the others of a group does not leave it while a loan of the group is late for long (more than 30
-- days) or was written off, is still open and the group was not released from it. Who owes such a loan joins no group.
CREATE OR REPLACE FUNCTION finance_keep_liable_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM finance_loan AS loan
                    WHERE loan.borrower_id IN (SELECT records_of_person(standing_record(NEW.person_id)))
                      AND finance_written_off_left(loan.id) > 0) THEN
            RAISE EXCEPTION '%: a loan of this person was written off and is still open', TG_NAME
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
        END IF;
    ELSIF NEW.left_at IS NOT NULL AND OLD.left_at IS NULL
      AND EXISTS (SELECT FROM finance_borrowergroup WHERE id = NEW.group_id AND joint_liability)
      AND EXISTS (SELECT FROM finance_loan AS loan JOIN finance_loanapplication AS application
                                                     ON application.id = loan.application_id
                   WHERE application.group_id = NEW.group_id
                     AND (loan.status = 'active' AND loan.days_past_due > 30
                          OR finance_written_off_left(loan.id) > 0
                             AND NOT EXISTS (SELECT FROM finance_loanadjustment AS release
                                              WHERE release.loan_id = loan.id AND release.kind = 'release_group'
                                                AND release.status = 'done'))) THEN
        RAISE EXCEPTION '%: a member who answers for a loan of the group does not leave', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;
