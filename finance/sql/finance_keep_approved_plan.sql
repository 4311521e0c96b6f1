-- An approved plan is never edited: neither the plan, nor a rule of it, nor a share. A new version follows it.
CREATE OR REPLACE FUNCTION finance_keep_approved_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{status,to_date,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
       AND (NEW.status = OLD.status OR (OLD.status = 'approved' AND NEW.status = 'retired'))
       AND (OLD.to_date IS NULL OR NEW.to_date = OLD.to_date) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: an approved plan does not change; it ends, or is put away', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
