-- A mark of a roll call stays as it was sent: another may count in its place, nothing else changes. Of a learner who was
-- erased the words go.
CREATE OR REPLACE FUNCTION education_keep_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{is_current,updated_at}';
    words text[] := '{reason,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change AND NOT NEW.is_current THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - words = to_jsonb(OLD) - words AND NEW.reason = '–' AND EXISTS (
        SELECT FROM stations_person WHERE id = NEW.learner_id AND erased_at IS NOT NULL
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: a mark of a roll call is neither deleted nor rewritten', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
