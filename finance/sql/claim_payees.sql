-- The payee of a claim stays, but for one that is approved and cannot be paid: then the station names another one of
-- the family.
DROP TRIGGER columns_stay ON finance_claim;

CALL keep_columns('finance_claim', 'key', 'number', 'policy_id', 'person_id', 'benefit_id', 'peril', 'event_date',
    'event_ref', 'station_id', 'claimed_minor', 'currency', 'filer_id', 'restores_id', 'started_at');

CREATE TRIGGER payee_of_a_claim_stays BEFORE UPDATE OF payee_id ON finance_claim FOR EACH ROW
    WHEN (OLD.payee_id IS DISTINCT FROM NEW.payee_id AND (OLD.status <> 'valuated' OR NEW.status <> 'valuated'))
    EXECUTE FUNCTION refuse_change_of_columns('payee_id');
