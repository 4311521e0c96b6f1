-- For a table that is append-only already: rows older than `shortest` may be forgotten, and no others.
CREATE OR REPLACE PROCEDURE make_forgettable(name text, clock text, shortest interval) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER refuse_update_delete ON %I', name);
    EXECUTE format(
        'CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON %I FOR EACH ROW '
        'EXECUTE FUNCTION refuse_change_unless_forgetting(%L, %L)', name, clock, shortest::text);
    INSERT INTO core_forgettable VALUES (name, clock, shortest);
END
$$;
