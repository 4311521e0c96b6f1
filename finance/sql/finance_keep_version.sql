-- A product's version that is or was offered, and a scorecard that is or was in force, are never edited, but for their
-- end. A new version follows.
CREATE OR REPLACE FUNCTION finance_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{status,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
       AND (NEW.status = OLD.status OR (OLD.status = 'active' AND NEW.status = 'retired')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: what is or was in force does not change', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
