CALL keep_columns('health_checkuppackage', 'code', 'revision', 'country', 'min_age', 'report_days', 'source',
                  'proposed_by_id');
CALL keep_rows('health_checkuppackage');

CREATE TRIGGER approved_package_stays BEFORE INSERT OR UPDATE OR DELETE ON health_checkupitem
    FOR EACH ROW EXECUTE FUNCTION health_keep_approved_package();
CREATE TRIGGER approved_package_stays BEFORE INSERT OR UPDATE OR DELETE ON health_itemrange
    FOR EACH ROW EXECUTE FUNCTION health_keep_approved_package();

CALL keep_columns('health_campaign', 'number', 'package_id', 'clinic_id', 'laboratory', 'price_minor', 'currency',
                  'opened_by_id', 'opened_at');
CALL keep_rows('health_campaign');

CALL keep_columns('health_checkupday', 'campaign_id', 'station_id', 'session_id', 'local_date', 'opened_by_id');
CALL keep_rows('health_checkupday');

CREATE TRIGGER place_is_of_the_day BEFORE INSERT OR UPDATE OF slot_id, place, day_id, campaign_id
    ON health_checkuporder FOR EACH ROW EXECUTE FUNCTION health_check_checkup_place();
CALL keep_columns('health_checkuporder', 'campaign_id', 'day_id', 'resident_id', 'serial', 'rostered_by_id');
CALL keep_rows('health_checkuporder');

CALL keep_columns('health_checkupreport', 'order_id', 'due_date');
CALL keep_rows('health_checkupreport');

-- What was found never changes and is never taken away; only which one counts.
CALL keep_columns('health_checkupresult', 'order_id', 'item_id', 'value', 'choice', 'text', 'absent_because', 'unit',
                  'low', 'high', 'flag', 'device', 'reason', 'made_at', 'received_at', 'recorded_by_id');
CALL keep_rows('health_checkupresult');

CALL keep_columns('health_caretask', 'clinic_id', 'order_id', 'result_id', 'due_date');
CALL keep_rows('health_caretask');
