-- A promotion is approved once the county and the supplier that bear some of it have agreed to their shares; a farmer's
-- word stands on the promotion itself. Nobody can have agreed to one that is just being written.
CREATE OR REPLACE FUNCTION orders_check_promotion_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR EXISTS (
        SELECT FROM orders_promotionbearer AS bearer
          LEFT JOIN orders_promotionagreement AS agreement ON agreement.bearer_id = bearer.id
         WHERE bearer.promotion_id = NEW.id AND bearer.party NOT IN ('platform', 'seller') AND agreement.id IS NULL
    ) THEN
        RAISE EXCEPTION 'who_bears_a_promotion_has_agreed'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'who_bears_a_promotion_has_agreed';
    END IF;
    RETURN NEW;
END
$$;
