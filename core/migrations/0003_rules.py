"""Rows that are never changed, and the one way to forget old ones."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables")]

    operations = [
        statements("core", "tables"),
        function("core", "forget_old_rows"),
        function("core", "keep_columns"),
        function("core", "keep_rows"),
        function("core", "make_forgettable"),
        function("core", "refuse_change_of_columns"),
        function("core", "refuse_change_unless_forgetting"),
        statements("core", "triggers"),
        statements("core", "rights"),
    ]
