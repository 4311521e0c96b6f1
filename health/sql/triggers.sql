CALL make_append_only('health_registrationpolicy');

CALL keep_columns('health_appointment', 'booking_id', 'resident_id', 'hospital_id', 'doctor_id', 'policy_id',
                  'fee_minor', 'currency', 'has_station_fee');
