CALL make_append_only('finance_loancontract');

CALL keep_columns('finance_loan', 'number', 'application_id', 'book_id', 'station_id', 'product_id', 'currency',
    'principal_minor', 'recommender_id', 'appraiser_id', 'approver_id', 'approver2_id');

CALL keep_columns('finance_loandisbursement', 'loan_id', 'payout_account_id', 'amount_minor', 'currency',
    'hold_transfer_id', 'sent_by_id', 'sent_at');

CALL keep_columns('finance_loanbook', 'lender_id', 'county_id', 'currency', 'book_id');

CREATE UNIQUE INDEX application_and_its_people ON finance_loanapplication
    (id, recommender_id, appraiser_id, approver_id);

ALTER TABLE finance_loan ADD CONSTRAINT loan_names_the_people_of_its_application
    FOREIGN KEY (application_id, recommender_id, appraiser_id, approver_id)
    REFERENCES finance_loanapplication (id, recommender_id, appraiser_id, approver_id);

CREATE CONSTRAINT TRIGGER loan_adds_up_to_its_instalments AFTER INSERT OR UPDATE ON finance_loan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_loan_plan();

CREATE CONSTRAINT TRIGGER instalments_add_up_to_their_loan AFTER INSERT OR UPDATE ON finance_loaninstallment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_loan_plan();
