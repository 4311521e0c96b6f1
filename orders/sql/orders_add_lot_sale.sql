-- Grams that are sold are taken from the lot: no two sales get the same ones.
CREATE OR REPLACE FUNCTION orders_add_lot_sale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_lotgrade SET grams_sold = grams_sold + NEW.grams, updated_at = now()
    WHERE lot_id = NEW.lot_id AND grade_id = NEW.grade_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lot_sale_has_a_grade_of_its_lot: sale %', NEW.id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'lot_sale_has_a_grade_of_its_lot';
    END IF;
    RETURN NULL;
END
$$;
