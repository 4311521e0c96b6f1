CREATE TRIGGER provision_rates_are_added_to_a_draft BEFORE INSERT ON finance_provisionband
    FOR EACH ROW EXECUTE FUNCTION finance_keep_provision_rates();
CREATE TRIGGER provision_table_is_decided_once BEFORE UPDATE ON finance_provisiontable
    FOR EACH ROW WHEN (OLD.status <> 'draft' AND OLD.status <> NEW.status)
    EXECUTE FUNCTION finance_keep_provision_rates();
