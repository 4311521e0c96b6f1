DROP TRIGGER columns_stay ON health_appointment;

CALL keep_columns('health_appointment', 'resident_id', 'hospital_id', 'policy_id', 'fee_minor', 'currency',
                  'has_station_fee');

-- Another doctor only with another booking.
CREATE TRIGGER refuse_other_doctor BEFORE UPDATE OF doctor_id ON health_appointment
    FOR EACH ROW WHEN (OLD.doctor_id IS DISTINCT FROM NEW.doctor_id AND OLD.booking_id = NEW.booking_id)
    EXECUTE FUNCTION refuse_change_of_columns('doctor_id');
