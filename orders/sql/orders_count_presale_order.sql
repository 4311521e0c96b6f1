-- What is ordered in a presale is the sum of the orders that were not withdrawn.
CREATE OR REPLACE FUNCTION orders_count_presale_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE orders_presalecycle
        SET ordered = ordered + NEW.boxes, order_count = order_count + 1, updated_at = now()
        WHERE id = NEW.presale_id AND currency = NEW.currency AND price_minor * NEW.boxes = NEW.held_minor;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'presale_order_pays_the_price_of_its_presale: order %', NEW.id
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                CONSTRAINT = 'presale_order_pays_the_price_of_its_presale';
        END IF;
    ELSE
        UPDATE orders_presalecycle
        SET ordered = ordered - OLD.boxes, order_count = order_count - 1, updated_at = now()
        WHERE id = OLD.presale_id;
    END IF;
    RETURN NULL;
END
$$;
