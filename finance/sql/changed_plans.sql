-- Loans that a transaction has written, a row for a statement, until the check at its end: a trigger that is deferred
-- cannot see a statement's rows together, and one for each row costs a night a third of its time. Nobody else reads or
-- writes it, and no row of it outlives its transaction.
CREATE UNLOGGED TABLE IF NOT EXISTS finance_changedplans (loans uuid[] NOT NULL);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        REVOKE ALL ON finance_changedplans FROM ecomnet_app;
    END IF;
END
$$;

DROP TRIGGER IF EXISTS loan_adds_up_to_its_instalments ON finance_loan;

DROP TRIGGER IF EXISTS instalments_add_up_to_their_loan ON finance_loaninstallment;

CREATE OR REPLACE TRIGGER loan_that_is_made_adds_up AFTER INSERT ON finance_loan
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION finance_note_changed_plans();

CREATE OR REPLACE TRIGGER loan_that_is_changed_adds_up AFTER UPDATE ON finance_loan
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION finance_note_changed_plans();

CREATE OR REPLACE TRIGGER instalment_that_is_made_adds_up AFTER INSERT ON finance_loaninstallment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION finance_note_changed_plans();

CREATE OR REPLACE TRIGGER instalment_that_is_changed_adds_up AFTER UPDATE ON finance_loaninstallment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION finance_note_changed_plans();

DROP TRIGGER IF EXISTS instalments_add_up_to_their_loan ON finance_changedplans;

CREATE CONSTRAINT TRIGGER instalments_add_up_to_their_loan AFTER INSERT ON finance_changedplans
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_loan_plan();

-- As `stations.two_persons` makes it today: only a change of these people asks who they are.
DROP TRIGGER loan_is_paid_out_by_a_fourth_person ON finance_loan;

CREATE TRIGGER loan_is_paid_out_by_a_fourth_person
    BEFORE INSERT OR UPDATE OF disburser_id, recommender_id, appraiser_id, approver_id, approver2_id ON finance_loan
    FOR EACH ROW EXECUTE FUNCTION refuse_same_person('', 'disburser_id', 'recommender_id', 'appraiser_id',
        'approver_id', 'approver2_id');
