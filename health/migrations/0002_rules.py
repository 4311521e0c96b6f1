"""What rows of hospitals and appointments must never do."""

from django.db import migrations

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [("health", "0001_initial"), ("core", "0003_rules")]

    operations = [statements("health", "triggers")]
