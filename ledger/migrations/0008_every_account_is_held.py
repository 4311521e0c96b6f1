"""Posting again: accounts that change while they are waited for are held all the same (`0003_posting` says how).

Books that began before hold the older function, so it is replaced there.
"""

from importlib import import_module

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0007_archives_of_months"),
    ]

    operations = [
        migrations.RunSQL(import_module("ledger.migrations.0003_posting").APPLY, migrations.RunSQL.noop),
    ]
