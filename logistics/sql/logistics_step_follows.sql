-- Steps of a parcel are numbered without a gap, so that nobody can leave one out of a history unseen.
CREATE OR REPLACE FUNCTION logistics_step_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence <> 1 + coalesce(
        (SELECT max(sequence) FROM logistics_parcelevent WHERE parcel_id = NEW.parcel_id), 0) THEN
        RAISE EXCEPTION 'sequence_without_gaps: parcel % step %', NEW.parcel_id, NEW.sequence
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'sequence_without_gaps';
    END IF;
    RETURN NEW;
END
$$;
