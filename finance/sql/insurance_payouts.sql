CREATE CONSTRAINT TRIGGER statement_of_premiums_is_its_lines AFTER INSERT ON finance_premiumline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_premium_statement();
CALL make_append_only('finance_premiumline');
CALL keep_columns('finance_premiumstatement', 'number', 'insurer_id', 'month_date', 'policies', 'amount_minor',
    'currency', 'maker_id', 'made_at');
CALL keep_rows('finance_premiumstatement');
CALL keep_columns('finance_premiumpayment', 'statement_id', 'payer_id', 'payout_account_id', 'amount_minor', 'currency',
    'hold_transfer_id', 'sent_by_id', 'sent_at');
CALL keep_rows('finance_premiumpayment');

CREATE TRIGGER backup_measures_the_same BEFORE INSERT OR UPDATE ON finance_indexsource FOR EACH ROW
    WHEN (NEW.backup_id IS NOT NULL) EXECUTE FUNCTION finance_check_index_backup();
CREATE TRIGGER released_reading_stays BEFORE UPDATE OR DELETE ON finance_indexreading FOR EACH ROW
    WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION finance_keep_released_reading();
CALL keep_columns('finance_indexreading', 'source_id', 'date', 'value', 'file_id');
CALL keep_columns('finance_indexfile', 'number', 'sha256', 'rows', 'maker_id', 'made_at');
CALL keep_rows('finance_indexfile');

CREATE TRIGGER window_is_measured_as_agreed BEFORE INSERT OR UPDATE OF reading_id, status ON finance_indexwindow
    FOR EACH ROW EXECUTE FUNCTION finance_check_index_window();
CALL keep_columns('finance_indexwindow', 'benefit_id', 'source_id', 'start_date', 'end_date', 'maker_id', 'made_at');
CALL keep_rows('finance_indexwindow');
CALL keep_columns('finance_indexpayout', 'policy_id', 'window_id', 'gross_minor', 'amount_minor', 'currency',
    'made_at');
CALL keep_rows('finance_indexpayout');
CALL keep_columns('finance_indexpayment', 'payout_id', 'payer_id', 'payout_account_id', 'amount_minor', 'currency',
    'hold_transfer_id', 'sent_at');
CALL keep_rows('finance_indexpayment');
