CREATE TRIGGER apply_transfers AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply();

CREATE TRIGGER check_closing BEFORE UPDATE OF closed_at ON ledger_account FOR EACH ROW
    WHEN (NEW.closed_at IS DISTINCT FROM OLD.closed_at) EXECUTE FUNCTION ledger_check_closing();

CREATE TRIGGER check_book BEFORE UPDATE OF first_open_date, zone, code ON ledger_book
    FOR EACH ROW EXECUTE FUNCTION ledger_check_book();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

SELECT ledger_make_partitions((CURRENT_DATE - interval '12 months')::date, (CURRENT_DATE + interval '12 months')::date);

CALL make_append_only('ledger_transferkey');

CALL make_append_only('ledger_entry');

CALL make_append_only('ledger_accountstatement');

CALL make_append_only('ledger_auditrun');

CREATE TRIGGER refuse_direct_insert BEFORE INSERT ON ledger_entry FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0 AND current_setting('ledger.rolling_up', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_direct_insert BEFORE INSERT ON ledger_transferkey FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_direct_insert BEFORE INSERT ON ledger_queuedentry FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_update BEFORE UPDATE ON ledger_queuedentry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_delete BEFORE DELETE ON ledger_queuedentry FOR EACH STATEMENT
    WHEN (current_setting('ledger.rolling_up', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_queuedentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_change BEFORE INSERT OR UPDATE ON ledger_refundcounter FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON ledger_refundcounter
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_change_of_nature
    BEFORE UPDATE OF id, code, book_id, kind, holder, currency, normal_side, "limit", mode, opened_at
    ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_a_balance_from_nowhere BEFORE INSERT ON ledger_account FOR EACH ROW
    WHEN (NEW.debits_posted <> 0 OR NEW.credits_posted <> 0 OR NEW.debits_pending <> 0 OR NEW.credits_pending <> 0
          OR NEW.version <> 0 OR NEW.last_entered_at IS NOT NULL OR NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION refuse_change();

CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON ledger_book
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CALL make_append_only('ledger_montharchive');
