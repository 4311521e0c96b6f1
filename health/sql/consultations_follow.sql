DROP TRIGGER columns_stay ON health_consultation;

CALL keep_columns('health_consultation', 'number', 'station_id', 'clinic_id', 'requested_by_id', 'requested_at', 'signs',
                  'fee_minor', 'currency', 'payment_id');

-- A case goes with its resident to the record that stands, and nowhere else.
CREATE TRIGGER refuse_other_resident BEFORE UPDATE OF resident_id, asked_for_id ON health_consultation
    FOR EACH ROW WHEN (OLD.resident_id IS DISTINCT FROM NEW.resident_id)
    EXECUTE FUNCTION health_refuse_other_resident();
