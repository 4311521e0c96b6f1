-- A use has the currency of its promotion, which somebody has approved, and of its order.
CREATE OR REPLACE FUNCTION orders_check_promotion_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM orders_promotion AS promotion, orders_order AS bought
        WHERE promotion.id = NEW.promotion_id AND promotion.status = 'approved' AND bought.id = NEW.order_id
          AND promotion.currency = NEW.currency AND bought.currency = NEW.currency) THEN
        RAISE EXCEPTION 'use_is_of_an_approved_promotion_in_its_currency: order %', NEW.order_id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                CONSTRAINT = 'use_is_of_an_approved_promotion_in_its_currency';
    END IF;
    RETURN NEW;
END
$$;
