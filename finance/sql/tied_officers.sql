CREATE TRIGGER loan_is_decided_by_nobody_close_to_the_borrower BEFORE INSERT
    OR UPDATE OF appraiser_id, approver_id, approver2_id, rejected_by_id ON finance_loanapplication
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_tied_officer('person_id', 'appraiser_id', 'approver_id', 'approver2_id',
    'rejected_by_id');

CREATE TRIGGER claim_is_decided_by_nobody_close_to_the_insured BEFORE INSERT
    OR UPDATE OF assessor_id, decider_id, sender_id ON finance_claim
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_tied_officer('person_id', 'assessor_id', 'decider_id', 'sender_id');

CREATE TRIGGER loan_is_paid_out_by_nobody_close_to_the_borrower BEFORE INSERT OR UPDATE OF disburser_id ON finance_loan
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_tied_officer('borrower_id', 'disburser_id');
