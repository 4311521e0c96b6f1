-- Four eyes are two persons, not two logins (stations/two_persons.py).

-- The person of a login; of a merged record the one that was kept. A login without a person stands for itself, and so
-- does the id of a person.
CREATE OR REPLACE FUNCTION person_behind(login uuid) RETURNS uuid LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE record(id, merged_into) AS (
        SELECT coalesce(known.person_id, given.id), person.merged_into_id
          FROM (SELECT login AS id) AS given
          LEFT JOIN stations_user AS known ON known.id = given.id
          LEFT JOIN stations_person AS person ON person.id = coalesce(known.person_id, given.id)
         UNION
        SELECT person.id, person.merged_into_id
          FROM record JOIN stations_person AS person ON person.id = record.merged_into
    )
    SELECT id FROM record WHERE merged_into IS NULL
$$;
