CREATE TRIGGER assessors_are_two_people_of_two_stations BEFORE INSERT ON finance_assessment FOR EACH ROW
    EXECUTE FUNCTION finance_keep_assessors_apart();

CALL make_append_only('finance_assessment');

CALL make_append_only('finance_conflictcheck');

CALL make_append_only('finance_exposurelimit');

CALL make_append_only('finance_exposureentry');

CALL make_append_only('finance_appraisal');

CALL keep_columns('finance_loanapplication', 'key', 'product_id', 'version_id', 'station_id', 'recommender_id',
    'requested_minor', 'installments', 'currency', 'started_at');
