-- The record with which a case began, or the one that this became part of.
CREATE OR REPLACE FUNCTION health_refuse_other_resident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.resident_id <> coalesce(standing_record(coalesce(OLD.asked_for_id, OLD.resident_id)),
                                   coalesce(OLD.asked_for_id, OLD.resident_id)) THEN
        RAISE EXCEPTION 'a case goes with its resident to the record that stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_goes_with_its_resident';
    END IF;
    RETURN NEW;
END
$$;
