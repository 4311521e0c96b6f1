-- What was measured is never changed and never taken away; what was written can be marked as wrong, once.
CALL make_append_only('health_observation');

CALL keep_columns('health_condition', 'resident_id', 'clinic_id', 'is_restricted', 'code', 'confirmed_by_id',
                  'confirmed_at');
CALL keep_rows('health_condition');

CALL keep_columns('health_encounter', 'resident_id', 'clinic_id', 'is_restricted', 'kind', 'department_id', 'summary',
                  'advice', 'started_at', 'ended_at', 'recorded_by_id');
CALL keep_rows('health_encounter');

CALL keep_columns('health_allergy', 'resident_id', 'clinic_id', 'allergen', 'drug_id', 'substance', 'criticality',
                  'reaction', 'recorded_by_id', 'recorded_at');
CALL keep_rows('health_allergy');

CALL keep_columns('health_medicine', 'resident_id', 'clinic_id', 'is_restricted', 'drug_id', 'name', 'dose',
                  'from_date', 'recorded_by_id', 'recorded_at');
CALL keep_rows('health_medicine');

CALL keep_columns('health_healthrecord', 'resident_id', 'number', 'opened_by_id', 'opened_at');
CALL keep_rows('health_healthrecord');

CALL keep_columns('health_emergencyaccess', 'record_id', 'clinic_id', 'opened_by_id', 'reason', 'opened_at',
                  'closes_at');
CALL keep_rows('health_emergencyaccess');
