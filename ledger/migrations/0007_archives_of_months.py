"""Which closed months were copied, and the hash that a later copy must have."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_accounts_by_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthArchive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="month")),
                ("statements", models.BigIntegerField(verbose_name="statements")),
                ("entries", models.BigIntegerField(verbose_name="entries")),
                ("content_sha256", models.CharField(max_length=64, verbose_name="hash")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="archives", to="ledger.book"
                    ),
                ),
            ],
            options={
                "verbose_name": "archive of a month",
                "verbose_name_plural": "archives of months",
                "constraints": [models.UniqueConstraint(fields=("book", "month"), name="month_is_archived_once")],
            },
        ),
        migrations.RunSQL(
            "CALL make_append_only('ledger_montharchive')",
            "DROP TRIGGER refuse_update_delete ON ledger_montharchive; DROP TRIGGER refuse_truncate ON ledger_montharchive",
        ),
    ]
