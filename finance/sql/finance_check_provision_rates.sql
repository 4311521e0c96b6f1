-- At the end of a transaction the rates of a table begin with loans that are not late: no loan is without one.
CREATE OR REPLACE FUNCTION finance_check_provision_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM finance_provisionband WHERE table_id = NEW.table_id AND from_day = 0) THEN
        RAISE EXCEPTION '%: provision rates begin with the day on which nothing is late', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$;
