-- A record that became part of another is given nothing new: the column named by the trigger leads to one that stands.
CREATE OR REPLACE FUNCTION refuse_merged_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid := to_jsonb(NEW) ->> TG_ARGV[0];
    part_of uuid;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[0] = owner::text THEN
        RETURN NEW;
    END IF;
    SELECT merged_into_id INTO part_of FROM stations_person WHERE id = owner FOR SHARE;
    IF part_of IS NOT NULL THEN
        RAISE EXCEPTION 'a merged record is given nothing new' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
