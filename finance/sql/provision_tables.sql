CALL make_append_only('finance_provisionband');

CALL keep_columns('finance_provisiontable', 'country', 'from_date', 'maker_id', 'made_at');

CREATE CONSTRAINT TRIGGER provision_rates_begin_with_no_day_late AFTER INSERT ON finance_provisionband
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_provision_rates();
