-- What stands in for a weather station measures the same.
CREATE OR REPLACE FUNCTION finance_check_index_backup() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM finance_indexsource WHERE id = NEW.backup_id AND kind = NEW.kind) THEN
        RAISE EXCEPTION 'backup_measures_the_same'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'backup_measures_the_same';
    END IF;
    RETURN NEW;
END
$$;
