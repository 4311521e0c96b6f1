-- Of one application, who recommends and the second assessor are two people of two stations. The lock lets two visits
-- that are written at once see each other.
CREATE OR REPLACE FUNCTION finance_keep_assessors_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.application_ref::text, 11));
    IF EXISTS (SELECT 1 FROM finance_assessment AS other
                WHERE other.application_ref = NEW.application_ref AND other.role <> NEW.role
                  AND (other.station_id = NEW.station_id
                       OR person_behind(other.assessor_id) = person_behind(NEW.assessor_id))) THEN
        RAISE EXCEPTION '%: the two assessors are two people of two stations', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;
