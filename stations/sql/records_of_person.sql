-- This record and all that became part of it, directly or through others.
CREATE OR REPLACE FUNCTION records_of_person(person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE record(id) AS (
        SELECT person
         UNION ALL
        SELECT part.id FROM record JOIN stations_person AS part ON part.merged_into_id = record.id
    )
    SELECT id FROM record
$$;
