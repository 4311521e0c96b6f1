"""Audits of what has come since an instant, and the index by which recent transfers are found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_reference_version")]

    operations = [
        migrations.AddField(
            model_name="auditrun",
            name="since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="looked at what came since"),
        ),
        # Transfers are written in the order of their time, so a page of the index stands for a thousand of the table.
        migrations.RunSQL(
            "CREATE INDEX transfer_by_time ON ledger_transfer USING brin (recorded_at);",
            "DROP INDEX transfer_by_time;",
        ),
    ]
