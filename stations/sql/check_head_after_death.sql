CREATE OR REPLACE FUNCTION check_head_after_death() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM household_head_is_living_member(id) FROM stations_household WHERE head_id = NEW.id;
    RETURN NULL;
END
$$;
