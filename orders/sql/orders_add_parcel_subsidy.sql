-- What a parcel brought is added to what its programme has given; the budget stops it.
CREATE OR REPLACE FUNCTION orders_add_parcel_subsidy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_subsidyprogramme SET used_minor = used_minor + NEW.amount_minor, updated_at = now()
    WHERE id = NEW.programme_id AND currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'subsidy_has_the_currency_of_its_programme: parcel %', NEW.parcel_id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'subsidy_has_the_currency_of_its_programme';
    END IF;
    RETURN NULL;
END
$$;
