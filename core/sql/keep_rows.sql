-- Rows that are never taken away.
CREATE OR REPLACE PROCEDURE keep_rows(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
        'EXECUTE FUNCTION refuse_change()', name);
END
$$;
