-- Sums are checked where they change. A night writes days late of every loan, which are none of them.
DROP TRIGGER loan_adds_up_to_its_instalments ON finance_loan;

CREATE CONSTRAINT TRIGGER loan_adds_up_to_its_instalments AFTER INSERT OR UPDATE OF principal_disbursed_minor,
    principal_paid_minor, interest_accrued_minor, interest_paid_minor, penalty_due_minor, penalty_paid_minor
    ON finance_loan DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_loan_plan();

DROP TRIGGER instalments_add_up_to_their_loan ON finance_loaninstallment;

CREATE CONSTRAINT TRIGGER instalments_add_up_to_their_loan AFTER INSERT OR UPDATE OF loan_id, principal_minor,
    principal_paid_minor, interest_accrued_minor, interest_paid_minor, penalty_minor, penalty_paid_minor, status
    ON finance_loaninstallment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_loan_plan();
