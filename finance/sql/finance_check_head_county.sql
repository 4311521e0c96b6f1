-- The county that settles for a country lies in it.
CREATE OR REPLACE FUNCTION finance_check_head_county() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM stations_division
         WHERE id = NEW.head_county_id AND country = NEW.country AND level = 'county'
    ) THEN
        RAISE EXCEPTION 'head_county_is_a_county_of_its_country'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'head_county_is_a_county_of_its_country';
    END IF;
    RETURN NEW;
END
$$;
