-- A window is of a parametric benefit whose index its weather station measures, and pays by what that station, or the one
-- that stands in for it, said of the window's last day, once that is released.
CREATE OR REPLACE FUNCTION finance_check_index_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM finance_benefit WHERE id = NEW.benefit_id AND formula = 'parametric') THEN
        RAISE EXCEPTION 'window_is_of_a_parametric_benefit'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'window_is_of_a_parametric_benefit';
    END IF;
    IF NOT EXISTS (
        SELECT FROM finance_benefit AS benefit
          JOIN finance_indexsource AS source ON source.id = NEW.source_id AND source.kind = benefit.index_kind
         WHERE benefit.id = NEW.benefit_id
    ) THEN
        RAISE EXCEPTION 'window_measures_the_index_of_its_benefit'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'window_measures_the_index_of_its_benefit';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.reading_id IS NOT NULL AND NEW.reading_id IS DISTINCT FROM OLD.reading_id THEN
        RAISE EXCEPTION 'window_keeps_its_reading'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'window_keeps_its_reading';
    END IF;
    IF NEW.reading_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM finance_indexreading AS reading
          JOIN finance_indexsource AS source ON source.id = NEW.source_id
         WHERE reading.id = NEW.reading_id AND reading.date = NEW.end_date AND reading.released_at IS NOT NULL
           AND reading.source_id IN (source.id, source.backup_id)
    ) THEN
        RAISE EXCEPTION 'window_pays_by_a_released_reading'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'window_pays_by_a_released_reading';
    END IF;
    RETURN NEW;
END
$$;
