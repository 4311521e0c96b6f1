-- What is allotted to the buyers of a presale is, all together, what there is of it.
CREATE OR REPLACE FUNCTION orders_check_allotment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sum_of_orders bigint;
BEGIN
    SELECT coalesce(sum(allotted), 0) INTO sum_of_orders FROM orders_presaleorder WHERE presale_id = NEW.id;
    IF sum_of_orders <> NEW.available THEN
        RAISE EXCEPTION 'allotted_boxes_are_what_there_is: presale %', NEW.number
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'allotted_boxes_are_what_there_is';
    END IF;
    RETURN NULL;
END
$$;
