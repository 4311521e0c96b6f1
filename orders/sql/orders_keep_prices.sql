-- A price that applies or has applied stays as it is: orders were made at it. Another price needs another list.
CREATE OR REPLACE FUNCTION orders_keep_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM orders_pricelist WHERE id IN (OLD.price_list_id, CASE TG_OP WHEN 'UPDATE' THEN NEW.price_list_id END)
            AND valid_from_at <= now()
    ) THEN
        RAISE EXCEPTION 'prices_stay_once_their_list_applies: list %', OLD.price_list_id
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'prices_stay_once_their_list_applies';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
