-- A statement that writes loans or instalments says which loans, for the check at the end of its transaction.
CREATE OR REPLACE FUNCTION finance_note_changed_plans() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    changed uuid[];
BEGIN
    IF TG_TABLE_NAME = 'finance_loan' THEN
        changed := ARRAY(SELECT id FROM new_rows);
    ELSE
        changed := ARRAY(SELECT DISTINCT loan_id FROM new_rows);
    END IF;
    IF cardinality(changed) > 0 THEN
        INSERT INTO finance_changedplans (loans) VALUES (changed);
    END IF;
    RETURN NULL;
END
$$;
