CREATE TRIGGER loan_is_changed_by_nobody_close_to_the_borrower BEFORE INSERT OR UPDATE OF asked_by_id, decided_by_id
    ON finance_loanadjustment FOR EACH ROW EXECUTE FUNCTION finance_refuse_tied_adjuster();
