CREATE OR REPLACE FUNCTION refuse_succession_cycles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One writer at a time: two halves of a cycle must not pass each other unseen.
    PERFORM pg_advisory_xact_lock(hashtextextended('stations.successions', 0));
    IF EXISTS (
        WITH RECURSIVE after(id) AS (
            SELECT NEW.new_id
            UNION
            SELECT step.new_id FROM stations_divisionsuccession AS step JOIN after ON step.old_id = after.id
        )
        SELECT FROM after WHERE id = NEW.old_id
    ) THEN
        RAISE EXCEPTION 'division % would succeed itself', NEW.old_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'succession_has_no_cycle';
    END IF;
    RETURN NEW;
END
$$;
