CREATE OR REPLACE FUNCTION check_head_after_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM household_head_is_living_member(OLD.household_id);
    RETURN NULL;
END
$$;
