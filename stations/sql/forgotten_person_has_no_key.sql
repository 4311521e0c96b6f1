-- Whoever is forgotten has no key of their own: no copy of their number can be read again.
CREATE FUNCTION forgotten_person_has_no_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM stations_personkey WHERE person_id = NEW.id) THEN
        RAISE EXCEPTION 'a person who is forgotten has no key' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER forgotten_person_has_no_key AFTER UPDATE OF erased_at ON stations_person
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION forgotten_person_has_no_key();

CREATE FUNCTION key_is_of_a_person_who_is_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM stations_person WHERE id = NEW.person_id AND erased_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a person who is forgotten has no key' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER key_is_of_a_person_who_is_known AFTER INSERT OR UPDATE ON stations_personkey
    FOR EACH ROW EXECUTE FUNCTION key_is_of_a_person_who_is_known();
