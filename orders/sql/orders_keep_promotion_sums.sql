-- Of a promotion, or a use, whose sum is changed beside its parts, or that begins with something used.
CREATE OR REPLACE FUNCTION orders_keep_promotion_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'used_promotion_is_the_sum_of_its_parts: %', NEW.id
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'used_promotion_is_the_sum_of_its_parts';
END
$$;
