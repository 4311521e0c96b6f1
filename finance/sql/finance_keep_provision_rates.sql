-- Rates are added to a draft only: a table in force, or discarded, stays as it was approved. What was decided
-- of a table stays decided.
CREATE OR REPLACE FUNCTION finance_keep_provision_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'finance_provisionband' THEN
        PERFORM FROM finance_provisiontable WHERE id = NEW.table_id AND status = 'draft' FOR SHARE;
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '%: provision rates that were approved or discarded stay as they are', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END
$$;
