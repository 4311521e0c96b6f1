-- Whether the person behind a login is this resident, lives with them, or is the guardian of one of the two, under
-- whichever of their records. A login without a person is tied to nobody that the records know.
CREATE OR REPLACE FUNCTION finance_is_tied(login uuid, resident uuid) RETURNS boolean LANGUAGE sql STABLE STRICT AS $$
    WITH pair(own, other) AS (SELECT person_behind(login), coalesce(standing_record(resident), resident))
    SELECT pair.own = pair.other
        OR EXISTS (SELECT FROM stations_person AS one JOIN stations_person AS other USING (household_id)
                    WHERE one.id = pair.own AND other.id = pair.other)
        OR EXISTS (SELECT FROM stations_guardianship AS guardianship
                    WHERE guardianship.to_date IS NULL
                      AND (guardianship.child_id IN (SELECT records_of_person(pair.own))
                           AND guardianship.guardian_id IN (SELECT records_of_person(pair.other))
                           OR guardianship.child_id IN (SELECT records_of_person(pair.other))
                           AND guardianship.guardian_id IN (SELECT records_of_person(pair.own))))
      FROM pair
$$;
