-- Of a level that is changed beside its movements, or begins with goods of which no movement says where they are from.
CREATE OR REPLACE FUNCTION orders_keep_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock_level_is_the_sum_of_its_movements: level %', NEW.id
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'stock_level_is_the_sum_of_its_movements';
END
$$;
