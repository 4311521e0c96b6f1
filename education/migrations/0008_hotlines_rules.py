"""What calls and the people to call must never say."""

from django.db import migrations

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0007_hotlines"),
        ("scheduling", "0003_leave_and_reminders"),
    ]

    operations = [
        statements("education", "hotlines"),
    ]
