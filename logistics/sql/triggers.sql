CREATE TRIGGER step_follows BEFORE INSERT ON logistics_parcelevent
    FOR EACH ROW EXECUTE FUNCTION logistics_step_follows();

CALL make_append_only('logistics_parcelevent');

CALL keep_columns('logistics_parcel', 'number', 'from_station_id', 'contents_ref', 'currency', 'key');

-- What is due follows the order until the parcel is handed over, and then stays what was paid.
CREATE TRIGGER cash_due_stays_after_the_hand_over BEFORE UPDATE ON logistics_parcel
    FOR EACH ROW WHEN (OLD.status = 'collected' AND OLD.cash_due_minor IS DISTINCT FROM NEW.cash_due_minor)
    EXECUTE FUNCTION refuse_change_of_columns('cash_due_minor');
