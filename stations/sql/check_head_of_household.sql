CREATE OR REPLACE FUNCTION check_head_of_household() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM household_head_is_living_member(NEW.id);
    RETURN NULL;
END
$$;
