-- What was reported about a child stays as it was written, whoever asks: only what became of it changes.
CREATE OR REPLACE FUNCTION education_keep_concern() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{status,escalated_at,acknowledged_by_id,acknowledged_at,authority,reference,outcome,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change AND OLD.status <> 'closed' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: a concern is neither deleted nor rewritten', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
