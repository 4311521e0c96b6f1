-- What coupons of shops have cost counts in their promotion; its budget and the times of each buyer stop them.
CREATE OR REPLACE FUNCTION orders_count_coupon_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    times bigint;
    most bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE orders_promotion SET used_minor = used_minor - (NEW.back_minor - OLD.back_minor), updated_at = now()
        WHERE id = NEW.promotion_id;
        RETURN NULL;
    END IF;
    UPDATE orders_promotion SET used_minor = used_minor + NEW.amount_minor - NEW.back_minor, updated_at = now()
    WHERE id = NEW.promotion_id RETURNING per_villager_limit INTO most;
    SELECT count(*) INTO times FROM orders_shopcouponuse
    WHERE promotion_id = NEW.promotion_id AND buyer = NEW.buyer AND amount_minor > back_minor;
    IF times > most THEN
        RAISE EXCEPTION 'coupon_is_used_within_its_limit: order %', NEW.order_id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'coupon_is_used_within_its_limit';
    END IF;
    RETURN NULL;
END
$$;
