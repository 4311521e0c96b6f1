CREATE TRIGGER kit_is_handed_over_to_an_entitled_child BEFORE INSERT ON education_handover
    FOR EACH ROW EXECUTE FUNCTION education_check_handover();

CALL keep_columns('education_kitentitlement', 'campaign_id', 'child_id', 'station_id', 'is_suspected', 'proposed_by_id',
    'proposed_at');

CALL keep_columns('education_kitcrate', 'campaign_id', 'station_id', 'packed', 'sent_by_id', 'sent_at');
