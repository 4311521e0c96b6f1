-- A level is the sum of its movements: only a movement changes it.
CREATE OR REPLACE FUNCTION orders_apply_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_stocklevel
    SET on_hand = on_hand + NEW.on_hand_delta, allocated = allocated + NEW.allocated_delta,
        moved_at = NEW.at, updated_at = now()
    WHERE id = NEW.stock_level_id;
    RETURN NULL;
END
$$;
