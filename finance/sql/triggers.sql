CALL make_append_only('finance_commissionline');

CALL make_append_only('finance_payableline');

CALL make_append_only('finance_receipt');

CALL make_append_only('finance_receiptprint');

CALL make_append_only('finance_cashcount');

CALL make_append_only('finance_cashcountline');

CALL make_append_only('finance_overshortmove');

CALL make_append_only('finance_payeeday');

CREATE TRIGGER keep_statement BEFORE UPDATE ON finance_statement
    FOR EACH ROW EXECUTE FUNCTION finance_keep_statement();

CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON finance_statement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER recon_tally_items_added AFTER INSERT ON finance_reconitem
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recon_tally_items_added();

CREATE TRIGGER recon_tally_items_changed AFTER UPDATE ON finance_reconitem
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recon_tally_items_changed();

CREATE TRIGGER recon_tally_items_removed AFTER DELETE ON finance_reconitem
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION recon_tally_items_removed();

CREATE TRIGGER recon_tally_bank_lines_added AFTER INSERT ON finance_bankstatementline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recon_tally_bank_lines_added();

CREATE TRIGGER recon_tally_bank_lines_changed AFTER UPDATE ON finance_bankstatementline
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recon_tally_bank_lines_changed();

CREATE TRIGGER recon_tally_bank_lines_removed AFTER DELETE ON finance_bankstatementline
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION recon_tally_bank_lines_removed();

CALL make_append_only('finance_refundcall');

CALL make_append_only('finance_compensationrecovery');

CREATE TRIGGER plan_begins_as_a_draft BEFORE INSERT ON finance_commissionplan FOR EACH ROW
    WHEN (NEW.status <> 'draft') EXECUTE FUNCTION finance_keep_approved_plan();

CREATE TRIGGER approved_plan_stays BEFORE UPDATE OR DELETE ON finance_commissionplan FOR EACH ROW
    WHEN (OLD.status <> 'draft') EXECUTE FUNCTION finance_keep_approved_plan();

CREATE TRIGGER approved_plan_keeps_its_rules BEFORE INSERT OR UPDATE OR DELETE ON finance_commissionrule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_parts_of_plan();

CREATE TRIGGER approved_plan_keeps_its_shares BEFORE INSERT OR UPDATE OR DELETE ON finance_commissionshare
    FOR EACH ROW EXECUTE FUNCTION finance_keep_parts_of_plan();

CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_tariff
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();

CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_taxrule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();

CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_statementterms
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();

CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_compensationrule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();

CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_cashthreshold
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();

-- What was agreed when money was taken, asked for or sent is written once; what has come of it is told by other columns.
CALL keep_columns('finance_payment', 'key', 'subject_ref', 'station_id', 'taken_by_id', 'method', 'funding',
    'amount_minor', 'agent_fee_minor', 'total_minor', 'currency', 'owed_minor', 'cash_given_minor', 'taken_at');

CALL keep_columns('finance_refund', 'key', 'payment_id', 'payout_line_id', 'amount_minor', 'currency');

CALL keep_columns('finance_floattopup', 'station_id', 'amount_minor', 'currency', 'reference', 'requested_by_id',
    'requested_at');

CALL keep_columns('finance_floattransfer', 'from_station_id', 'to_station_id', 'amount_minor', 'currency', 'sent_by_id',
    'receiver_id');

CALL keep_columns('finance_remittance', 'station_id', 'direction', 'via', 'amount_minor', 'currency', 'reference',
    'declared_by_id', 'declared_at');

CALL keep_columns('finance_overshort', 'station_id', 'found', 'account_id', 'amount_minor', 'currency');

CALL keep_columns('finance_losscase', 'station_id', 'kind', 'account_id', 'amount_minor', 'currency', 'reported_by_id');

CALL keep_columns('finance_adjustment', 'account_id', 'event_type', 'event_id', 'amount_minor', 'currency', 'reason',
    'text', 'made_by_id', 'made_at');

CALL keep_columns('finance_payoutline', 'payee', 'account_id', 'statement_id', 'amount_minor', 'currency', 'made_at');

CALL keep_columns('finance_bankstatementline', 'statement_id', 'country', 'bank_account', 'value_date', 'line_ref',
    'direction', 'amount_minor', 'currency', 'counterparty', 'text');

CALL keep_columns('finance_bankexplanation', 'line_id', 'kind', 'amount_minor', 'currency', 'account_id', 'transfer_id');

CALL keep_columns('finance_providerline', 'file_id', 'line_no', 'provider_ref', 'our_ref', 'kind', 'status',
    'amount_minor', 'fee_minor');

CALL keep_rows('finance_payment');

CALL keep_rows('finance_refund');

CALL keep_rows('finance_floattopup');

CALL keep_rows('finance_floattransfer');

CALL keep_rows('finance_remittance');

CALL keep_rows('finance_overshort');

CALL keep_rows('finance_losscase');

CALL keep_rows('finance_adjustment');

CALL keep_rows('finance_bankstatementline');

CALL keep_rows('finance_bankexplanation');
