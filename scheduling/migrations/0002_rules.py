"""What rows of calendars and bookings must never say, and how weekly rules become sessions."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial"), ("core", "0003_rules"), ("stations", "0002_rules")]

    operations = [
        function("scheduling", "scheduling_local_instant"),
        function("scheduling", "scheduling_make_sessions"),
        function("scheduling", "scheduling_refuse_unknown_zone"),
        statements("scheduling", "tables"),
        statements("scheduling", "triggers"),
    ]
