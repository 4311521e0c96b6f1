-- What is pledged to a group order is the sum of the pledges that were not withdrawn.
CREATE OR REPLACE FUNCTION orders_count_pledge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE orders_grouporder
        SET pledged_quantity = pledged_quantity + NEW.quantity, pledge_count = pledge_count + 1, updated_at = now()
        WHERE id = NEW.group_id AND currency = NEW.currency;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'pledge_has_the_currency_of_its_group: pledge %', NEW.id
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                CONSTRAINT = 'pledge_has_the_currency_of_its_group';
        END IF;
    ELSE
        UPDATE orders_grouporder
        SET pledged_quantity = pledged_quantity - OLD.quantity, pledge_count = pledge_count - 1, updated_at = now()
        WHERE id = OLD.group_id;
    END IF;
    RETURN NULL;
END
$$;
