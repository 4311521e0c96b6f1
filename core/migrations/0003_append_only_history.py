"""History and outbox only grow; what has outlived its use is cut off by the one function that may."""

from django.db import migrations

# The application reads which migrations ran (readiness, `makemigrations --check`), and changes none of them.
READ_MIGRATIONS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        GRANT SELECT ON django_migrations TO ecomnet_app;
    END IF;
END
$$;
"""

# Status changes are kept for ever. Events are cut off after their time by a function of the owner: the application
# cannot delete a single one, nor any that is younger than the function allows.
APPEND_ONLY = """
CALL make_append_only('core_statuschange');

CREATE FUNCTION refuse_change_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.created_at < now() - interval '90 days'
        AND current_setting('ecomnet.forgetting_events', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON core_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION forget_events(before timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    forgotten integer;
BEGIN
    PERFORM set_config('ecomnet.forgetting_events', 'on', true);
    WITH old AS (
        SELECT id FROM core_event WHERE created_at < least(before, now() - interval '90 days') ORDER BY id LIMIT most
    )
    DELETE FROM core_event USING old WHERE core_event.id = old.id;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    PERFORM set_config('ecomnet.forgetting_events', 'off', true);
    RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION forget_events(timestamptz, integer) FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON core_event FROM ecomnet_app;
        GRANT EXECUTE ON FUNCTION forget_events(timestamptz, integer) TO ecomnet_app;
    END IF;
END
$$;
"""

# Only what this migration made: the right to change these tables came with the tables.
CHANGEABLE = """
DROP FUNCTION forget_events(timestamptz, integer);
DROP TRIGGER refuse_truncate ON core_event;
DROP TRIGGER refuse_update_delete ON core_event;
DROP FUNCTION refuse_change_of_event();
DROP TRIGGER refuse_truncate ON core_statuschange;
DROP TRIGGER refuse_update_delete ON core_statuschange;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        GRANT UPDATE, DELETE ON core_event, core_statuschange TO ecomnet_app;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables")]

    operations = [
        migrations.RunSQL(READ_MIGRATIONS, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
