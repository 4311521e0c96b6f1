"""What rows of runs and bags must never say."""

from django.db import migrations

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [("logistics", "0004_routes")]

    operations = [
        statements("logistics", "route_triggers"),
    ]
