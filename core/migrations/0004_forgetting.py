"""Append-only tables that are shortened after years: by one function, on a list that the application cannot change."""

from django.db import migrations

FORGETTING = """
CREATE TABLE core_forgettable (
    table_name text PRIMARY KEY,
    clock_column text NOT NULL,
    shortest interval NOT NULL CHECK (shortest >= interval '30 days')
);

CREATE FUNCTION refuse_change_unless_forgetting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('ecomnet.forgetting', true) = TG_TABLE_NAME
        AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < now() - TG_ARGV[1]::interval THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

-- For a table that is append-only already: rows older than `shortest` may be forgotten, and no others.
CREATE PROCEDURE make_forgettable(name text, clock text, shortest interval) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER refuse_update_delete ON %I', name);
    EXECUTE format(
        'CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON %I FOR EACH ROW '
        'EXECUTE FUNCTION refuse_change_unless_forgetting(%L, %L)', name, clock, shortest::text);
    INSERT INTO core_forgettable VALUES (name, clock, shortest);
END
$$;

CREATE FUNCTION forget_old_rows(name text, before timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    rule core_forgettable;
    forgotten integer;
BEGIN
    SELECT * INTO rule FROM core_forgettable WHERE table_name = name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'rows of % are never forgotten', name USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('ecomnet.forgetting', name, true);
    EXECUTE format(
        'DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE %2$I < $1 LIMIT $2))',
        name, rule.clock_column) USING least(before, now() - rule.shortest), most;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    PERFORM set_config('ecomnet.forgetting', '', true);
    RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION forget_old_rows(text, timestamptz, integer) FROM PUBLIC;

DROP FUNCTION forget_events(timestamptz, integer);
CALL make_forgettable('core_event', 'created_at', '90 days');
DROP FUNCTION refuse_change_of_event();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON core_forgettable FROM ecomnet_app;
        GRANT EXECUTE ON FUNCTION forget_old_rows(text, timestamptz, integer) TO ecomnet_app;
    END IF;
END
$$;
"""

NEVER_FORGETTING = """
DROP TRIGGER refuse_update_delete ON core_event;
CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION forget_old_rows(text, timestamptz, integer);
DROP PROCEDURE make_forgettable(text, text, interval);
DROP FUNCTION refuse_change_unless_forgetting();
DROP TABLE core_forgettable;
CREATE FUNCTION refuse_change_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION forget_events(before timestamptz, most integer) RETURNS integer LANGUAGE sql AS 'SELECT 0';
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_append_only_history")]

    operations = [
        migrations.RunSQL(FORGETTING, NEVER_FORGETTING),
        migrations.RunSQL(
            "ALTER TABLE core_dailyfile ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE core_dailyfile ALTER COLUMN content SET STORAGE EXTENDED",
        ),
    ]
