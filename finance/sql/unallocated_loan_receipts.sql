-- A receipt changes once, when it is set on its loan; what was paid, by whom and when never does.
DROP TRIGGER refuse_update_delete ON finance_loanreceipt;

CREATE TRIGGER refuse_delete BEFORE DELETE ON finance_loanreceipt FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_update BEFORE UPDATE ON finance_loanreceipt FOR EACH ROW
    WHEN (OLD.status <> 'unallocated') EXECUTE FUNCTION refuse_change();

CALL keep_columns('finance_loanreceipt', 'loan_id', 'payment_id', 'amount_minor', 'currency', 'new_contract_id',
    'value_date', 'taken_by_id', 'taken_at');

CREATE CONSTRAINT TRIGGER loan_receipt_is_set_once AFTER UPDATE ON finance_loanreceipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_loan_receipt();

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        GRANT UPDATE ON finance_loanreceipt TO ecomnet_app;
    END IF;
END $$;
