-- What was said is never changed and never taken away; a prescription is written anew, never changed.
CALL make_append_only('health_message');

CALL keep_columns('health_consultationrules', 'code', 'revision', 'country', 'parameters', 'source', 'from_date');
CALL keep_rows('health_consultationrules');

CALL keep_columns('health_consultation', 'number', 'resident_id', 'station_id', 'clinic_id', 'requested_by_id',
                  'requested_at', 'signs', 'fee_minor', 'currency', 'payment_id');
CALL keep_rows('health_consultation');

CALL keep_columns('health_prescription', 'consultation_id', 'drug_id', 'dose', 'days', 'is_restricted',
                  'signed_by_id', 'signed_at');
CALL keep_rows('health_prescription');
