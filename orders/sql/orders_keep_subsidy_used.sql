-- Of a programme whose sum is changed beside its parcels, or that begins with something given.
CREATE OR REPLACE FUNCTION orders_keep_subsidy_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'used_subsidy_is_the_sum_of_its_parcels: programme %', NEW.code
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'used_subsidy_is_the_sum_of_its_parcels';
END
$$;
