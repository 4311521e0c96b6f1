-- Of a presale whose sum is changed beside its orders, or that begins with something ordered.
CREATE OR REPLACE FUNCTION orders_keep_presale_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ordered_is_the_sum_of_its_orders: presale %', NEW.number
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'ordered_is_the_sum_of_its_orders';
END
$$;
