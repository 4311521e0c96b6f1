-- The rows of a seasonal version are written while it is a draft; it is held meanwhile, so that nothing is written beside
-- its approval.
CREATE OR REPLACE FUNCTION finance_keep_seasonal_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version record;
BEGIN
    FOR version IN SELECT status FROM finance_loanproductversion
                    WHERE id IN (OLD.version_id, NEW.version_id) ORDER BY id FOR SHARE LOOP
        IF version.status <> 'draft' THEN
            RAISE EXCEPTION '%: the terms of an offered loan do not change', TG_NAME
                USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
