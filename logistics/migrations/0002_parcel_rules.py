"""What rows of parcels must never say."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("logistics", "0001_initial"), ("core", "0003_rules"), ("stations", "0002_rules")]

    operations = [
        function("logistics", "logistics_step_follows"),
        statements("logistics", "triggers"),
    ]
