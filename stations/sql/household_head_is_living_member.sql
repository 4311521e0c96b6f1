-- The head of a household is a living member of it, looked at when the transaction ends: the head is named and the
-- membership written in one transaction, in either order.
CREATE OR REPLACE FUNCTION household_head_is_living_member(household uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM stations_household h JOIN stations_person p ON p.id = h.head_id
        WHERE h.id = household AND (
            p.died_date IS NOT NULL
            OR NOT EXISTS (
                SELECT FROM stations_membership m
                WHERE m.household_id = h.id AND m.person_id = h.head_id AND m.to_date IS NULL))
    ) THEN
        RAISE EXCEPTION 'the head of household % is no living member of it', household
            USING ERRCODE = 'check_violation', CONSTRAINT = 'household_head_is_living_member';
    END IF;
END
$$;
