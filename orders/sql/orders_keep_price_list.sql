-- What a list that applies says of audience, county, currency, priority and begin stays as it is; its end may be set.
CREATE OR REPLACE FUNCTION orders_keep_price_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'price_list_stays_once_it_applies: list %', OLD.id
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'price_list_stays_once_it_applies';
END
$$;
