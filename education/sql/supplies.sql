CREATE SEQUENCE education_kit_label;

CREATE TRIGGER kit_is_never_deleted BEFORE DELETE ON education_kit FOR EACH ROW EXECUTE FUNCTION refuse_change();

CALL keep_columns('education_kit', 'campaign_id', 'serial');

CALL keep_columns('education_handover', 'campaign_id', 'kit_id', 'child_id', 'is_replacement', 'consent_id', 'received_by_id',
    'proof', 'station_id', 'handed_by_id', 'at');
