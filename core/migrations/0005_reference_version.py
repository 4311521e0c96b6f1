"""The version of reference data, which processes store in their memory."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("core", "0004_claim_key")]

    operations = [
        statements(
            "core",
            "reference_version",
            backwards="DROP TABLE core_referenceversion;",
        ),
        function("core", "core_note_reference_change"),
    ]
