-- The record that this one became part of, at the end of the chain; one that was never merged stands for itself.
CREATE OR REPLACE FUNCTION standing_record(person uuid) RETURNS uuid LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE record(id, merged_into) AS (
        SELECT id, merged_into_id FROM stations_person WHERE id = person
         UNION ALL
        SELECT target.id, target.merged_into_id
          FROM record JOIN stations_person AS target ON target.id = record.merged_into
    )
    SELECT id FROM record WHERE merged_into IS NULL
$$;
