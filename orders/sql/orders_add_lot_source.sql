-- Grams that come into a lot are taken from their intake or their older lot: the counters follow their sources.
CREATE OR REPLACE FUNCTION orders_add_lot_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.intake_grade_id IS NOT NULL THEN
        UPDATE orders_intakegrade SET grams_in_lots = grams_in_lots + NEW.grams, updated_at = now()
        WHERE id = NEW.intake_grade_id AND grade_id = NEW.grade_id;
    ELSE
        UPDATE orders_lotgrade SET grams_moved = grams_moved + NEW.grams, updated_at = now()
        WHERE lot_id = NEW.parent_lot_id AND grade_id = NEW.grade_id;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lot_source_has_the_grade_of_its_lot: source %', NEW.id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                CONSTRAINT = 'lot_source_has_the_grade_of_its_lot';
    END IF;
    INSERT INTO orders_lotgrade (lot_id, grade_id, grams, grams_moved, grams_sold, created_at, updated_at)
    VALUES (NEW.lot_id, NEW.grade_id, NEW.grams, 0, 0, now(), now())
    ON CONFLICT (lot_id, grade_id) DO UPDATE
    SET grams = orders_lotgrade.grams + EXCLUDED.grams, updated_at = now();
    RETURN NULL;
END
$$;
