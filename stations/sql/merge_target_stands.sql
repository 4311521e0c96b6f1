-- A record becomes part of one that stands for itself, so that merges form chains and no cycle. The target is held, so that
-- of merges at the same instant each sees what the other has done.
CREATE OR REPLACE FUNCTION merge_target_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part_of uuid;
BEGIN
    SELECT merged_into_id INTO part_of FROM stations_person WHERE id = NEW.merged_into_id FOR SHARE;
    IF part_of IS NOT NULL THEN
        RAISE EXCEPTION 'a merged record is not the target of a merge' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
