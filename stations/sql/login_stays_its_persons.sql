-- A login stays its person's, so that nobody becomes a second person by a change of it; it follows its record into a
-- merge and out of it.
CREATE OR REPLACE FUNCTION login_stays_its_persons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM stations_personmerge
         WHERE (kept_id, merged_id) IN ((NEW.person_id, OLD.person_id), (OLD.person_id, NEW.person_id))
    ) THEN
        RAISE EXCEPTION 'login_stays_its_persons: a login does not become another person''s'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
