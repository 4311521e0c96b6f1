-- The price of a group order falls as the quantity rises.
CREATE OR REPLACE FUNCTION orders_check_tier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM orders_grouptier AS other
        WHERE other.group_id = NEW.group_id AND other.id <> NEW.id
            AND (other.min_quantity < NEW.min_quantity) = (other.price_minor <= NEW.price_minor)
    ) THEN
        RAISE EXCEPTION 'price_falls_as_quantity_rises: group order %', NEW.group_id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'price_falls_as_quantity_rises';
    END IF;
    RETURN NULL;
END
$$;
