CREATE TRIGGER step_follows BEFORE INSERT ON logistics_parcelevent
    FOR EACH ROW EXECUTE FUNCTION logistics_step_follows();

CALL make_append_only('logistics_parcelevent');

CALL keep_columns('logistics_parcel', 'number', 'from_station_id', 'contents_ref', 'cash_due_minor', 'currency', 'key');
