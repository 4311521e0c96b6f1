-- Of counters of a lot or an intake that are changed beside sources and sales.
CREATE OR REPLACE FUNCTION orders_keep_lot_grams() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'lot_grams_follow_sources_and_sales: %', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'lot_grams_follow_sources_and_sales';
END
$$;
