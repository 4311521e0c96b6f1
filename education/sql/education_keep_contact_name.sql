-- The name of somebody on the list of a child stays as it was written. Of a child who was erased it goes.
CREATE OR REPLACE FUNCTION education_keep_contact_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name = '—' AND EXISTS (
        SELECT FROM stations_person AS child
         WHERE child.id IN (NEW.child_id, standing_record(NEW.child_id)) AND child.erased_at IS NOT NULL
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the name of a person to call stays' USING ERRCODE = 'restrict_violation';
END
$$;
