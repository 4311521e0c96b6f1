-- What is sent for an order stays as it was written; only what a supplier is still to confirm is written anew.
CREATE OR REPLACE FUNCTION orders_keep_fulfilment_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_fulfilment WHERE id = OLD.fulfilment_id AND status <> 'pending') THEN
        RAISE EXCEPTION 'goods_to_send_stay_once_they_are_confirmed: part %', OLD.fulfilment_id
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
                CONSTRAINT = 'goods_to_send_stay_once_they_are_confirmed';
    END IF;
    RETURN OLD;
END
$$;
