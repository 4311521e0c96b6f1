"""Edits of reference data change its version."""

from django.db import migrations

from core.database.sql_files import statements

TABLES = ("ledger_book", "ledger_account")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_rules"), ("core", "0005_reference_version")]

    operations = [
        statements(
            "ledger",
            "reference_triggers",
            backwards=" ".join(f"DROP TRIGGER note_reference_change ON {table};" for table in TABLES),
        ),
    ]
