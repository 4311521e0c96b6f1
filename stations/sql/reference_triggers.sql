CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON stations_contract
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();
