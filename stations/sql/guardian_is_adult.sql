CREATE OR REPLACE FUNCTION guardian_is_adult() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM stations_person
        WHERE id = NEW.guardian_id AND birth_date > (NEW.from_date - interval '18 years')::date
    ) THEN
        RAISE EXCEPTION 'a guardian is 18 or older' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'guardian_is_adult';
    END IF;
    RETURN NEW;
END
$$;
