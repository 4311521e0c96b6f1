"""One statement that holds a key and reads what was answered to it."""

from django.db import migrations

from core.database.sql_files import function


class Migration(migrations.Migration):
    dependencies = [("core", "0003_rules")]

    operations = [function("core", "core_claim_key")]
