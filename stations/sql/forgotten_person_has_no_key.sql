-- Whoever is forgotten has no key of their own: no copy of their number can be read again.
CREATE OR REPLACE FUNCTION forgotten_person_has_no_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM stations_personkey WHERE person_id = NEW.id) THEN
        RAISE EXCEPTION 'a person who is forgotten has no key' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
