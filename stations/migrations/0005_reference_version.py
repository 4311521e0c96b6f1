"""A change of contracts changes the version of reference data."""

from django.db import migrations

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [("stations", "0004_reference"), ("core", "0005_reference_version")]

    operations = [
        statements(
            "stations", "reference_triggers", backwards="DROP TRIGGER note_reference_change ON stations_contract;"
        ),
    ]
