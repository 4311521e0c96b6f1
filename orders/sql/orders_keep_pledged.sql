-- Of a group order whose sum is changed beside its pledges, or that begins with something pledged.
CREATE OR REPLACE FUNCTION orders_keep_pledged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pledged_is_the_sum_of_its_pledges: group order %', NEW.number
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'pledged_is_the_sum_of_its_pledges';
END
$$;
