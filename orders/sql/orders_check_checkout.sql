-- At the end of a transaction the total of a checkout is the sum of what its sellers get.
CREATE OR REPLACE FUNCTION orders_check_checkout() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    whole bigint;
    parts bigint;
BEGIN
    IF TG_TABLE_NAME = 'orders_shoporder' THEN
        checked := NEW.checkout_id;
    ELSE
        checked := NEW.id;
    END IF;
    SELECT total_minor INTO whole FROM orders_shopcheckout WHERE id = checked;
    SELECT coalesce(sum(total_minor), 0) INTO parts FROM orders_shoporder WHERE checkout_id = checked;
    IF whole <> parts THEN
        RAISE EXCEPTION 'checkout_total_is_the_sum_of_its_orders: checkout %', checked
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'checkout_total_is_the_sum_of_its_orders';
    END IF;
    RETURN NULL;
END
$$;
