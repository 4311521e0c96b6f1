-- Whom a resident allowed, and until when, stays as it was said; only the withdrawal is added.
CALL keep_columns('health_granteeconsent', 'record_id', 'hospital_id', 'doctor_id', 'given_by_id', 'manner', 'from_at',
                  'to_at', 'recorded_by_id');
CALL keep_rows('health_granteeconsent');
