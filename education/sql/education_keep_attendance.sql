-- A mark of a roll call stays as it was sent: another may count in its place, nothing else changes.
CREATE OR REPLACE FUNCTION education_keep_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{is_current,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change AND NOT NEW.is_current THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: a mark of a roll call is neither deleted nor rewritten', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
