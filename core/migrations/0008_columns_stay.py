"""Columns that are written once, and answers to keys that stay until the key is forgotten."""

from pathlib import Path

from django.db import migrations

BACK = """
DELETE FROM core_forgettable WHERE table_name = 'core_requestkey';
DROP TRIGGER refuse_update_delete ON core_requestkey;
DROP TRIGGER refuse_truncate ON core_requestkey;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        GRANT UPDATE, DELETE ON core_requestkey TO ecomnet_app;
    END IF;
END
$$;
DROP PROCEDURE keep_rows(text);
DROP PROCEDURE keep_columns(text, text[]);
DROP FUNCTION refuse_change_of_columns();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0007_events_and_keys_have_names")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "sql" / "columns_stay.sql").read_text(), BACK),
    ]
