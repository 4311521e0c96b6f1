DROP TRIGGER columns_stay ON education_callcontact;

CALL keep_columns('education_callcontact', 'child_id', 'relation', 'verified_by_id');

CREATE TRIGGER name_stays BEFORE UPDATE OF name ON education_callcontact
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION education_keep_contact_name();
