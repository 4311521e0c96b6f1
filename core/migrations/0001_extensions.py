"""Extensions, and what the application's database role may do with tables that the owner makes."""

from pathlib import Path

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

DEFAULT_RIGHTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ecomnet_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO ecomnet_app;
        GRANT USAGE ON SCHEMA public TO ecomnet_app;
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
END
$$;
"""

# Tables that only grow: a trigger refuses everybody, and the application does not even hold the right.
APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE PROCEDURE make_append_only(table_name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        table_name);
    EXECUTE format(
        'CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
        table_name);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM ecomnet_app', table_name);
    END IF;
END
$$;
"""


TEXT = (Path(__file__).parents[1] / "sql/text_can_be_seen.sql").read_text()


class Migration(migrations.Migration):
    initial = True
    # Before every other app's tables, so that the default rights hold for all of them.
    run_before = [("contenttypes", "0001_initial"), ("sessions", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(DEFAULT_RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, "DROP PROCEDURE make_append_only(text); DROP FUNCTION refuse_change();"),
        migrations.RunSQL(TEXT, "DROP FUNCTION text_can_be_seen(text);"),
    ]
