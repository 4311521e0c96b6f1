DROP TRIGGER columns_stay ON health_appointment;

CALL keep_columns('health_appointment', 'resident_id', 'hospital_id', 'doctor_id', 'policy_id', 'fee_minor', 'currency',
                  'has_station_fee');

CREATE TRIGGER refuse_other_booking BEFORE UPDATE OF booking_id ON health_appointment
    FOR EACH ROW WHEN (OLD.booking_id IS DISTINCT FROM NEW.booking_id)
    EXECUTE FUNCTION health_refuse_other_booking();
