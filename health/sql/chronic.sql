-- What was said is never changed and never taken away.
CALL make_append_only('health_outreachcall');

CALL keep_columns('health_protocolversion', 'code', 'revision', 'programme', 'country', 'parameters', 'source',
                  'from_date');
CALL keep_rows('health_protocolversion');

CALL keep_columns('health_enrolment', 'resident_id', 'programme', 'clinic_id', 'enrolled_by_id');
CALL keep_rows('health_enrolment');

CALL keep_columns('health_followupvisit', 'resident_id', 'clinic_id', 'local_date', 'mode', 'recorded_by_id',
                  'recorded_at');
CALL keep_rows('health_followupvisit');

CALL keep_columns('health_judgement', 'enrolment_id', 'visit_id', 'protocol_id', 'result', 'reasons', 'next_due_date',
                  'made_at');
CALL keep_rows('health_judgement');

CALL keep_columns('health_referral', 'enrolment_id', 'visit_id', 'priority', 'check_due_date');
CALL keep_rows('health_referral');
