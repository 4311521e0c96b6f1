-- Rain and water are not below zero; temperatures may be.
CREATE OR REPLACE FUNCTION finance_check_index_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.value < 0 AND EXISTS (
        SELECT FROM finance_indexsource WHERE id = NEW.source_id AND kind IN ('rainfall', 'water_level')
    ) THEN
        RAISE EXCEPTION 'rain_and_water_are_not_negative'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'rain_and_water_are_not_negative';
    END IF;
    RETURN NEW;
END
$$;
