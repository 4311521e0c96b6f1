"""The table of transfers: partitioned by month, which Django cannot say.

The primary key is (id, recorded_at), as a partitioned table demands; the model's state knows `id` alone, and
`ledger_transferkey` keeps it unique for ever (docs/adr/0015).
"""

import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        function("ledger", "ledger_fingerprint"),
        migrations.SeparateDatabaseAndState(
            database_operations=[statements("ledger", "tables", backwards="DROP TABLE ledger_transfer;")],
            state_operations=[
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("posted", "posted"),
                                    ("pending", "held"),
                                    ("post", "hold posted"),
                                    ("void", "hold voided"),
                                    ("expire", "hold expired"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        ("amount", models.BigIntegerField(verbose_name="amount in minor units")),
                        ("pending_id", models.UUIDField(null=True, verbose_name="hold")),
                        ("reversal_of", models.UUIDField(null=True, verbose_name="reversal of")),
                        ("refund_of", models.UUIDField(null=True, verbose_name="refund of")),
                        ("event_type", models.CharField(max_length=40, verbose_name="event type")),
                        ("event_id", models.CharField(max_length=64, verbose_name="event")),
                        ("leg_no", models.PositiveIntegerField(verbose_name="leg")),
                        ("group_id", models.UUIDField(verbose_name="group")),
                        ("business_date", models.DateField(verbose_name="business date")),
                        ("effective_at", models.DateTimeField(verbose_name="effective at")),
                        ("expires_at", models.DateTimeField(null=True, verbose_name="expires at")),
                        (
                            "made_by_kind",
                            models.CharField(
                                choices=[
                                    ("person", "a person"),
                                    ("system", "the system"),
                                    ("provider", "a provider"),
                                    ("staff", "staff"),
                                ],
                                max_length=8,
                                verbose_name="made by",
                            ),
                        ),
                        ("made_by", models.UUIDField(null=True)),
                        ("reason", models.CharField(max_length=60, verbose_name="reason")),
                        ("fingerprint", models.BinaryField()),
                        (
                            "book",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                        (
                            "debit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "credit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.account",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "transfer",
                        "verbose_name_plural": "transfers",
                    },
                ),
            ],
        ),
    ]
