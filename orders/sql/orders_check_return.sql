-- At the end of a transaction a return has lines, of its own order; each says how it is once the goods are here.
CREATE OR REPLACE FUNCTION orders_check_return() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found orders_return%ROWTYPE;
    lines bigint;
    strangers bigint;
    unseen bigint;
    uninspected bigint;
    broken text;
BEGIN
    SELECT * INTO found FROM orders_return WHERE id = NEW.id;
    SELECT count(*), count(*) FILTER (WHERE own.order_id <> found.order_id),
        count(*) FILTER (WHERE line.condition = ''), count(*) FILTER (WHERE line.accepted_quantity IS NULL)
    INTO lines, strangers, unseen, uninspected
    FROM orders_returnline line
    JOIN orders_fulfilmentline part ON part.id = line.part_id
    JOIN orders_orderline own ON own.id = part.order_line_id
    WHERE line.goods_return_id = found.id;
    broken := CASE
        WHEN lines = 0 THEN 'return_names_its_goods'
        WHEN strangers > 0 THEN 'return_is_of_one_order'
        WHEN unseen > 0 AND found.status NOT IN ('requested', 'approved', 'rejected', 'cancelled', 'expired')
            THEN 'dropped_return_has_a_condition'
        WHEN uninspected > 0
            AND found.status IN ('not_accepted', 'inspected', 'replaced', 'refunded', 'sent_back', 'closed')
            THEN 'inspected_return_says_what_is_accepted'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION '%: return %', broken, found.number
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END
$$;
