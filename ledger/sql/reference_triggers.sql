CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_book
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER UPDATE OF closed_at OR DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();
