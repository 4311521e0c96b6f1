"""What kits and hand-overs must never say."""

from django.db import migrations

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0009_supplies"),
    ]

    operations = [
        statements("education", "supplies"),
    ]
