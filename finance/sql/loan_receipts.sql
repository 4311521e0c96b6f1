CALL make_append_only('finance_loanreceipt');

CALL make_append_only('finance_receiptallocation');

CREATE CONSTRAINT TRIGGER loan_receipt_is_set_whole AFTER INSERT ON finance_loanreceipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_loan_receipt();

CREATE CONSTRAINT TRIGGER loan_allocation_is_within_its_receipt AFTER INSERT ON finance_receiptallocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.receipt_id IS NOT NULL)
    EXECUTE FUNCTION finance_check_loan_receipt();
