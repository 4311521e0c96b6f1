CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_biller
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_billcategory
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_billerparameter
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_biller_divisions
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_tariff
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_commissionplan
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_commissionrule
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_commissionshare
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();

CREATE TRIGGER note_reference_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON finance_stationmoney
    FOR EACH STATEMENT EXECUTE FUNCTION core_note_reference_change();
