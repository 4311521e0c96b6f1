-- What holds from a date on stays as it was said once that date has come; only its end is still open. A day has come
-- when it has everywhere on earth: the services ask by the country's own clock.
CREATE OR REPLACE FUNCTION finance_keep_what_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{to_date,updated_at}';
BEGIN
    IF OLD.from_date <= (now() AT TIME ZONE 'Etc/GMT+12')::date
       AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change) THEN
        RAISE EXCEPTION '%: what holds since % does not change; it ends, and another follows', TG_NAME, OLD.from_date
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
