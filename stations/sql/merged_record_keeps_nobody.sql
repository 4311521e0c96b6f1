CREATE OR REPLACE FUNCTION merged_record_keeps_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NOT NULL AND (
        EXISTS (SELECT FROM stations_person WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)
        OR EXISTS (SELECT FROM stations_person WHERE merged_into_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'a merged record is not the target of a merge' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
