-- A coupon is used in an order of its own shop, in its currency, while it is approved, for what the order says.
CREATE OR REPLACE FUNCTION orders_check_coupon_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM orders_promotion AS promotion, orders_shoporder AS bought
        WHERE promotion.id = NEW.promotion_id AND promotion.status = 'approved' AND bought.id = NEW.order_id
          AND promotion.shop_id = bought.shop_id AND promotion.currency = NEW.currency
          AND bought.currency = NEW.currency AND bought.discount_minor = NEW.amount_minor
          AND bought.seller_discount_minor = NEW.seller_minor) THEN
        RAISE EXCEPTION 'coupon_is_used_in_its_own_shop: order %', NEW.order_id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'coupon_is_used_in_its_own_shop';
    END IF;
    RETURN NEW;
END
$$;
