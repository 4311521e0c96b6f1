CREATE OR REPLACE FUNCTION refuse_odd_parents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE odd record;
BEGIN
    SELECT child.code, child.level INTO odd
    FROM changed AS child JOIN stations_division AS parent ON parent.id = child.parent_id
    WHERE level_rank(parent.level) >= level_rank(child.level) OR parent.country <> child.country
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'division % (%) needs a parent of a higher level in the same country', odd.code, odd.level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'division_parent_is_of_a_higher_level';
    END IF;
    RETURN NULL;
END
$$;
